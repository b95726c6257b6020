//! Whether policies let a connection through.
//!
//! Source: the page "Network Policies" of the documentation of Kubernetes, and the API reference. A pod is isolated in a direction
//! as soon as one policy selects it and has that direction; then the rules of all such policies together are all that is allowed.
//! A connection needs both ends: the egress of its source and the ingress of its target.

use boltseal_model::Limits;
use serde::Serialize;

use super::cluster::Cluster;
use super::flow::{Endpoint, Flow};
use super::policy::{End, Policy};
use super::selector::Labels;

/// Holds flows to the policies of a cluster.
#[derive(Debug)]
pub struct Simulator<'c> {
    cluster: &'c Cluster,
    /// Comparisons that may still be made.
    steps: u64,
}

/// What comes of a flow.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Outcome {
    /// Both ends let it through.
    Allowed,
    /// At least one end does not.
    Denied,
    /// It could not be told.
    Unknown,
}

/// What comes of a flow, and who decides.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Verdict {
    /// What comes of it.
    pub verdict: Outcome,
    /// What the source's policies say of it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub egress: Option<Decision>,
    /// What the target's policies say of it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ingress: Option<Decision>,
    /// Why it could not be told.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
}

/// What one end says of a flow.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case", tag = "decision")]
pub enum Decision {
    /// Policies allow it.
    Allowed {
        /// Those that do, as `namespace/name`; no more than ten.
        policies: Vec<String>,
    },
    /// Policies isolate the pod, and none allows it.
    Denied {
        /// Those that isolate, as `namespace/name`; no more than ten.
        policies: Vec<String>,
    },
    /// No policy isolates the pod in this direction.
    NotIsolated,
    /// The end is no pod, and no policy is about it.
    OutsideCluster,
    /// The pod is in its host's network, which policies do not cover.
    HostNetwork,
    /// The pod calls itself, which no policy can forbid.
    Itself,
}

impl Decision {
    const fn is_denied(&self) -> bool {
        matches!(self, Self::Denied { .. })
    }
}

#[derive(Clone, Copy)]
enum Direction {
    Ingress,
    Egress,
}

/// Policies that one decision names.
const NAMED: usize = 10;

static NO_LABELS: Labels = Labels::new();

impl<'c> Simulator<'c> {
    /// A simulator for a cluster.
    pub const fn new(cluster: &'c Cluster, limits: &Limits) -> Self {
        Self { cluster, steps: limits.network_steps }
    }

    /// What comes of a flow.
    pub fn judge(&mut self, flow: &Flow) -> Verdict {
        let (from, to) = match (self.end(&flow.from), self.end(&flow.to)) {
            (Ok(from), Ok(to)) => (from, to),
            (Err(reason), _) | (_, Err(reason)) => return unknown(reason),
        };
        if is_itself(flow, &from) {
            let itself = Some(Decision::Itself);
            return Verdict { verdict: Outcome::Allowed, egress: itself.clone(), ingress: itself, reason: None };
        }
        let port = (flow.port, flow.protocol);
        let egress = self.decide(Direction::Egress, &from, &to, port);
        let ingress = self.decide(Direction::Ingress, &to, &from, port);
        let (Some(egress), Some(ingress)) = (egress, ingress) else {
            return unknown("more comparisons than the limit of a simulation".to_owned());
        };
        let verdict = if egress.is_denied() || ingress.is_denied() { Outcome::Denied } else { Outcome::Allowed };
        Verdict { verdict, egress: Some(egress), ingress: Some(ingress), reason: None }
    }

    /// What comes of flows, in their order.
    pub fn simulate(&mut self, flows: &[Flow]) -> Vec<Verdict> {
        flows.iter().map(|flow| self.judge(flow)).collect()
    }

    fn end(&self, endpoint: &Endpoint) -> Result<End<'c>, String> {
        match endpoint {
            Endpoint::Address(address) => Ok(End::Address(*address)),
            Endpoint::Pod { namespace, name } => {
                let pod = self.cluster.pod(namespace, name)?;
                Ok(End::Pod { pod, namespace: self.cluster.namespaces.get(namespace).unwrap_or(&NO_LABELS) })
            }
        }
    }

    /// What the policies of one end say; `None` when the limit is reached.
    fn decide(
        &mut self,
        direction: Direction,
        own: &End<'c>,
        other: &End<'c>,
        port: (u16, super::policy::Protocol),
    ) -> Option<Decision> {
        let End::Pod { pod, .. } = own else { return Some(Decision::OutsideCluster) };
        if pod.is_on_host {
            return Some(Decision::HostNetwork);
        }
        let to = match direction {
            Direction::Ingress => own,
            Direction::Egress => other,
        };
        // Each port of a rule may be looked for among those that the receiver names.
        let named = match to {
            End::Pod { pod, .. } => pod.ports.len() as u64 + 1,
            End::Address(_) => 1,
        };
        let (mut isolating, mut allowing) = (Vec::new(), Vec::new());
        for policy in self.cluster.policies.get(&pod.namespace).into_iter().flatten() {
            self.steps = self.steps.checked_sub(policy.pods.cost())?;
            let rules = match direction {
                Direction::Ingress => &policy.ingress,
                Direction::Egress => &policy.egress,
            };
            let Some(rules) = rules.as_ref().filter(|_| policy.pods.matches(&pod.labels)) else { continue };
            self.steps = self.steps.checked_sub(policy.cost().saturating_mul(named))?;
            isolating.push(policy);
            if rules.iter().any(|rule| rule.allows(&policy.namespace, other, port, to)) {
                allowing.push(policy);
            }
        }
        Some(match (isolating.is_empty(), allowing.is_empty()) {
            (true, _) => Decision::NotIsolated,
            (false, false) => Decision::Allowed { policies: names(&allowing) },
            (false, true) => Decision::Denied { policies: names(&isolating) },
        })
    }
}

fn names(policies: &[&Policy]) -> Vec<String> {
    policies.iter().take(NAMED).map(|policy| format!("{}/{}", policy.namespace, policy.name)).collect()
}

const fn unknown(reason: String) -> Verdict {
    Verdict { verdict: Outcome::Unknown, egress: None, ingress: None, reason: Some(reason) }
}

/// Whether both ends are one pod. Of what runs several pods under one name, they may be two.
fn is_itself(flow: &Flow, from: &End<'_>) -> bool {
    let (Endpoint::Pod { name, .. }, End::Pod { pod, .. }) = (&flow.from, from) else { return false };
    flow.from == flow.to && (pod.kind == "Pod" || pod.name != *name)
}
