//! What rules know of what is declared.

use boltseal_model::dockerfile::Dockerfile;
use boltseal_model::{Host, ImageConfiguration, Position, Resource, Workload};
use boltseal_policy::{Facts, FactsError, Schema, Schemas};

use crate::{Subject, view};

/// The facts that rules on what is declared can name, under the names by which they know them.
pub fn schemas() -> Schemas {
    Schemas::default()
        .with("dockerfile", Schema::of::<Dockerfile>())
        .with("host", Schema::of::<Host>())
        .with("image", Schema::of::<ImageConfiguration>())
        .with("resource", Schema::of::<Resource>())
        .with("workload", Schema::of::<Workload>())
}

/// A subject as rules know it.
#[derive(Debug)]
pub struct Known {
    /// The name under which rules know its facts.
    pub root: &'static str,
    /// What it is called, as `Deployment/shop`.
    pub name: String,
    /// Where its declaration begins.
    pub at: Position,
    /// What is known of it.
    pub facts: Facts,
}

impl Known {
    /// What rules know of a subject: of a Dockerfile and an image also the workload that it makes of itself.
    ///
    /// # Errors
    /// When it is larger than facts may be.
    pub fn of(subject: &Subject) -> Result<Vec<Self>, FactsError> {
        let at = subject.at();
        let one = |root, name, facts| Ok(vec![Self { root, name, at, facts }]);
        match subject {
            Subject::Workload(workload) => one("workload", named(&workload.kind, &workload.name), Facts::of(workload)?),
            Subject::Resource(resource) => one("resource", named(&resource.kind, &resource.name), Facts::of(resource)?),
            Subject::Host(host) => one("host", named("Host", &host.name), Facts::of(host)?),
            Subject::Dockerfile(file) => {
                let mut known = one("dockerfile", "Dockerfile".to_owned(), Facts::of(file)?)?;
                known.extend(view::of_dockerfile(file).map(|built| Self::built("Dockerfile", &built)).transpose()?);
                Ok(known)
            }
            Subject::Image(image) => {
                let name = image.names.first().map_or("image", |name| &name.value).to_owned();
                let mut known = one("image", name.clone(), Facts::of(image)?)?;
                known.push(Self::built(&name, &view::of_image(image))?);
                Ok(known)
            }
        }
    }

    fn built(name: &str, workload: &Workload) -> Result<Self, FactsError> {
        Ok(Self { root: "workload", name: name.to_owned(), at: workload.at, facts: Facts::of(workload)? })
    }
}

fn named(kind: &str, name: &str) -> String {
    if name.is_empty() { kind.to_owned() } else { format!("{kind}/{name}") }
}
