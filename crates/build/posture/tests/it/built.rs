//! What a real builder made of Dockerfiles, which must be what is read of them. Each folder holds a Dockerfile that runs nothing, and
//! what Docker 20.10 says of the image that it built of it.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;

use boltseal_model::dockerfile::{CommandForm, Dockerfile, Invocation, Stage};
use boltseal_model::workload::{EnvironmentSource, EnvironmentVariable, Port};
use boltseal_model::{ImageConfiguration, Limits, Located};
use boltseal_posture::{File, Subject, read};

use crate::fixtures::root;

fn subject(path: &str, bytes: &[u8]) -> Subject {
    let (mut subjects, problems) = read(&File { path, bytes }, &Limits::default());
    let problems = problems.into_sorted();
    assert!(problems.is_empty() && subjects.len() == 1, "{path}: {problems:?}");
    subjects.remove(0)
}

/// The stages that the last is built upon, it included, the first first.
fn chain(dockerfile: &Dockerfile) -> Vec<&Stage> {
    let mut chain = vec![dockerfile.stages.last().unwrap()];
    while let Some(base) = chain.last().unwrap().base.stage {
        chain.push(&dockerfile.stages[base]);
    }
    chain.reverse();
    chain
}

fn literals<'v>(variables: impl IntoIterator<Item = &'v EnvironmentVariable>) -> BTreeMap<String, String> {
    let literal = |variable: &EnvironmentVariable| match &variable.source {
        EnvironmentSource::Literal { value, .. } => (variable.name.value.clone(), value.expose().clone()),
        other => panic!("{other:?}"),
    };
    variables.into_iter().map(literal).collect()
}

fn numbers(ports: &[Port]) -> BTreeSet<(i64, String)> {
    let of = |port: &Port| {
        let first = port.container.as_ref().unwrap().value;
        let last = port.last.as_ref().map_or(first, |last| last.value);
        let protocol = port.protocol.as_ref().map_or("TCP", |it| it.value.as_str()).to_owned();
        (first..=last).map(move |number| (number, protocol.clone()))
    };
    ports.iter().flat_map(of).collect()
}

fn texts(located: &[Located<String>]) -> Vec<&str> {
    located.iter().map(|text| text.value.as_str()).collect()
}

/// The builder puts a shell before a text.
fn words(invocation: Option<&Invocation>) -> Vec<&str> {
    let Some(invocation) = invocation else { return Vec::new() };
    let shell: &[&str] = if invocation.form == CommandForm::Shell { &["/bin/sh", "-c"] } else { &[] };
    shell.iter().copied().chain(texts(&invocation.words)).collect()
}

fn compare(name: &str, dockerfile: &Dockerfile, image: &ImageConfiguration) {
    let chain = chain(dockerfile);
    let last = chain.last().unwrap();
    let value = |text: &Option<Located<String>>| text.as_ref().map(|text| text.value.clone());
    assert_eq!(value(&last.user), value(&image.user), "{name}");
    let mut environment = literals(&image.environment);
    environment.remove("PATH");
    assert_eq!(literals(chain.iter().flat_map(|stage| &stage.environment)), environment, "{name}");
    assert_eq!(numbers(&last.ports), numbers(&image.ports), "{name}");
    let labels = |labels: &[(Located<String>, Located<String>)]| -> BTreeMap<String, String> {
        labels.iter().map(|(name, text)| (name.value.clone(), text.value.clone())).collect()
    };
    let ours: Vec<_> = chain.iter().flat_map(|stage| stage.labels.clone()).collect();
    assert_eq!(labels(&ours), labels(&image.labels), "{name}");
    let ours: BTreeSet<&str> = chain.iter().flat_map(|stage| texts(&stage.volumes)).collect();
    assert_eq!(ours, texts(&image.volumes).into_iter().collect(), "{name}");
    let folder = chain.iter().flat_map(|stage| &stage.working_directories).next_back();
    assert_eq!(folder.map(|it| &it.value), image.working_directory.as_ref().map(|it| &it.value), "{name}");
    assert_eq!(words(last.entrypoint.as_ref()), texts(&image.entrypoint), "{name}");
    assert_eq!(words(last.command.as_ref()), texts(&image.command), "{name}");
    assert_eq!(value(&last.stop_signal), value(&image.stop_signal), "{name}");
    let check = |hook: &Option<boltseal_model::workload::Hook>| {
        hook.as_ref().map(|hook| (hook.is_disabled, hook.command.iter().map(|it| it.value.clone()).collect::<Vec<_>>()))
    };
    assert_eq!(check(&last.health_check), check(&image.health_check), "{name}");
}

#[test]
fn what_is_read_of_a_dockerfile_is_what_docker_builds_of_it() {
    let mut compared = 0;
    for folder in fs::read_dir(root().join("built")).unwrap().map(|entry| entry.unwrap().path()) {
        let name = folder.file_name().unwrap().to_string_lossy().into_owned();
        let file = |name: &str| subject(name, &fs::read(folder.join(name)).unwrap());
        match (file("Dockerfile"), file("image.json")) {
            (Subject::Dockerfile(dockerfile), Subject::Image(image)) => compare(&name, &dockerfile, &image),
            other => panic!("{other:?}"),
        }
        compared += 1;
    }
    assert_eq!(compared, 3);
}
