//! How fast rules are loaded, and a workload judged.
#![expect(clippy::expect_used, reason = "benches report by panicking")]

use std::hint::black_box;

use boltseal_model::workload::{
    Capabilities, Confinement, Container, ContainerRole, HostNamespaces, Mount, Volume, VolumeSource, WorkloadPlatform,
};
use boltseal_model::{Limits, Located, Position, Workload};
use boltseal_policy::{Facts, Library, Loader, Schema, Schemas, Subject, decide, judge};
use criterion::{Criterion, criterion_group, criterion_main};

fn at(line: u32) -> Position {
    Position { line, column: 5 }
}

fn located<T>(value: T) -> Located<T> {
    Located::new(value, at(3))
}

/// A workload with three containers and some volumes.
fn workload() -> Workload {
    let container = |name: &str| Container {
        image: Some(located(format!("registry.example/{name}:1.2.3"))),
        command: vec![located("/bin/app".into())],
        arguments: vec![located("--serve".into())],
        confinement: Confinement { user: Some(located(1000)), ..Confinement::default() },
        privileged: Some(located(false)),
        escalates: Some(located(false)),
        read_only_root: Some(located(true)),
        capabilities: Some(Capabilities {
            at: at(20),
            add: vec![located("NET_BIND_SERVICE".into())],
            drop: vec![located("ALL".into())],
        }),
        mounts: vec![Mount {
            volume: located("data".into()),
            path: Some(located("/data".into())),
            read_only: Some(located(true)),
            propagation: None,
        }],
        ..Container::new(ContainerRole::Main, name.into(), at(10))
    };
    Workload {
        name: "shop".into(),
        namespace: Some(located("shop".into())),
        annotations: vec![(located("a".into()), located("b".into()))],
        containers: ["shop", "proxy", "log"].map(container).into(),
        volumes: vec![Volume {
            name: "data".into(),
            at: at(30),
            sources: vec![VolumeSource::new(located("emptyDir".into()), None)],
        }],
        host: HostNamespaces { network: Some(located(false)), ..HostNamespaces::default() },
        confinement: Confinement { non_root: Some(located(true)), ..Confinement::default() },
        groups: vec![located(1000)],
        ..Workload::new(WorkloadPlatform::Kubernetes, "Deployment", "shop.yaml", at(1))
    }
}

/// Conditions of the kinds that rules have: most are about every container.
const CONDITIONS: &[(&str, &str)] = &[
    ("container in workload.containers", "container.?privileged.orValue(false)"),
    ("container in workload.containers", "!container.?read_only_root.orValue(false)"),
    (
        "container in workload.containers",
        "has(container.capabilities) && container.capabilities.add.exists(it, it in ['SYS_ADMIN', 'NET_RAW', 'ALL'])",
    ),
    ("container in workload.containers", "container.?image.orValue('').matches('^[^:@]+(:latest)?$')"),
    (
        "container in workload.containers",
        "!container.confinement.?non_root.or(workload.confinement.?non_root).orValue(false)",
    ),
    ("container in workload.containers", "container.resources.limits.all(it, it.name != 'memory') && false"),
    ("volume in workload.volumes", "volume.sources.exists(it, it.kind == 'hostPath')"),
    ("", "workload.host.?network.orValue(false) || workload.host.?ipc.orValue(false)"),
    ("mount in workload.containers[0].mounts", "mount.?path.orValue('').startsWith('/var/run')"),
    ("", "workload.kind == 'Pod' && workload.?namespace.orValue('default') == 'default'"),
];

fn rules() -> String {
    let rule = |index: usize| {
        let (list, condition) = CONDITIONS.get(index % CONDITIONS.len()).copied().unwrap_or_default();
        let list = if list.is_empty() { String::new() } else { format!("for: {list}\n") };
        format!(
            "id: rule-{index}\ntitle: A rule of the usual kind\nseverity: high\nat: [build, admit, deploy, audit]\non: workload\n\
             platforms: [kubernetes]\n{list}when: >-\n  {condition}\naction: deny\n\
             message: \"{{workload.kind}} {{workload.name}} is not as it should be\"\nremediation: Mend it.\n\
             references: [CIS-5.2.{index}]\n"
        )
    };
    (0..100).map(rule).collect::<Vec<_>>().join("---\n")
}

fn load(schemas: &Schemas, limits: &Limits, text: &str) -> Library {
    let mut loader = Loader::new(schemas, limits);
    loader.add("rules.yaml", text.as_bytes());
    let (library, mistakes) = loader.finish();
    assert_eq!((library.policies.len(), mistakes.as_slice()), (100, [].as_slice()), "every rule is read");
    library
}

fn policy(criterion: &mut Criterion) {
    let (schemas, limits) = (Schemas::default().with("workload", Schema::of::<Workload>()), Limits::default());
    let (text, workload) = (rules(), workload());
    criterion.bench_function("load 100 rules", |bencher| bencher.iter(|| load(&schemas, &limits, black_box(&text))));
    let library = load(&schemas, &limits, &text);
    let rules = library.rules();
    criterion.bench_function("facts of a workload", |bencher| bencher.iter(|| Facts::of(black_box(&workload))));
    let facts = Facts::of(&workload).expect("facts");
    criterion.bench_function("a workload against 100 rules", |bencher| {
        bencher.iter(|| decide(&judge(&rules, &Subject::new("workload", black_box(&facts)), None, &limits)));
    });
    criterion.bench_function("the schema", |bencher| bencher.iter(Schema::of::<Workload>));
}

criterion_group!(benches, policy);
criterion_main!(benches);
