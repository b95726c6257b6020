//! An image as the workload that it makes of itself: what it runs as, listens on and is given where no declaration says otherwise.
//!
//! So that a rule about users, ports or secrets is written once, and fires on a Dockerfile as it does on what is run of it.

use boltseal_model::dockerfile::{Dockerfile, Invocation, Stage};
use boltseal_model::workload::{Container, ContainerRole, Hook, Port, WorkloadPlatform};
use boltseal_model::{ImageConfiguration, Located, Position, Workload};

use crate::engine;

/// The workload of what a Dockerfile builds, if it has a stage.
pub fn of_dockerfile(file: &Dockerfile) -> Option<Workload> {
    let stage = file.stages.iter().find(|stage| stage.is_final)?;
    let words = |invocation: &Option<Invocation>| invocation.as_ref().map(|it| it.words.clone()).unwrap_or_default();
    let image = View {
        platform: WorkloadPlatform::Dockerfile,
        path: &file.path,
        at: stage.at,
        user: stage.user.as_ref(),
        ports: &stage.ports,
        health_check: stage.health_check.as_ref(),
    };
    let mut workload = image.workload();
    for container in &mut workload.containers {
        container.command = words(&stage.entrypoint);
        container.arguments = words(&stage.command);
        container.environment = environment(file, stage);
    }
    Some(workload)
}

/// Variables of a stage, and of the stages that it is built upon.
fn environment(file: &Dockerfile, stage: &Stage) -> Vec<boltseal_model::workload::EnvironmentVariable> {
    let mut found = Vec::new();
    let mut next = Some(stage);
    // A stage is built upon one before it, so that this ends.
    while let Some(stage) = next {
        found.splice(0..0, stage.environment.iter().cloned());
        next = stage.base.stage.filter(|below| *below < stage.index).and_then(|below| file.stages.get(below));
    }
    found
}

/// The workload of an image.
pub fn of_image(image: &ImageConfiguration) -> Workload {
    let view = View {
        platform: WorkloadPlatform::Image,
        path: &image.path,
        at: image.at,
        user: image.user.as_ref(),
        ports: &image.ports,
        health_check: image.health_check.as_ref(),
    };
    let mut workload = view.workload();
    for container in &mut workload.containers {
        container.command.clone_from(&image.entrypoint);
        container.arguments.clone_from(&image.command);
        container.environment.clone_from(&image.environment);
    }
    workload
}

struct View<'a> {
    platform: WorkloadPlatform,
    path: &'a str,
    at: Position,
    user: Option<&'a Located<String>>,
    ports: &'a [Port],
    health_check: Option<&'a Hook>,
}

impl View<'_> {
    fn workload(&self) -> Workload {
        let mut container = Container::new(ContainerRole::Main, "of the image".to_owned(), self.at);
        // An image without a user says so by an empty text, too.
        if let Some(user) = self.user.filter(|user| !user.value.is_empty()) {
            engine::user(user, &mut container.confinement);
        }
        container.ports = self.ports.to_vec();
        container.hooks.extend(self.health_check.cloned());
        let mut workload = Workload::new(self.platform, "Image", self.path, self.at);
        workload.containers.push(container);
        workload
    }
}
