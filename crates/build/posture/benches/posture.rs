//! How fast a file of each format is read, and a workload judged.
#![expect(clippy::expect_used, reason = "benches report by panicking")]

use std::hint::black_box;

use boltseal_model::Limits;
use boltseal_posture::pod_security::{Level, Version, judge};
use boltseal_posture::{Checks, File, kubernetes, read, recognise};
use criterion::{Criterion, Throughput, criterion_group, criterion_main};

/// A Deployment with everything that it may say.
const SHOP: &[u8] = include_bytes!("../tests/fixtures/readers/kubernetes/fires-every-member/input/shop.yaml");

macro_rules! case {
    ($path:literal) => {
        ($path, include_bytes!(concat!("../tests/fixtures/readers/", $path)).as_slice())
    };
}

/// For each format a file with everything that it may say.
const CASES: &[(&str, &[u8])] = &[
    case!("aci-group/fires-every-member/input/group.yaml"),
    case!("arm-template/fires-expressions/input/template.json"),
    case!("cloudformation/fires-functions/input/template.yaml"),
    case!("compose/fires-every-member/input/compose.yaml"),
    case!("docker-inspect/fires-engine/input/containers.json"),
    case!("dockerfile/fires-every-instruction/input/Dockerfile"),
    case!("ecs-task-definition/fires-every-member/input/task.json"),
    case!("host-facts/fires-host/input/host.yaml"),
    case!("image-configuration/fires-everything/input/config.json"),
    case!("kubernetes/fires-every-member/input/shop.yaml"),
    case!("terraform-plan/fires-plan/input/plan.json"),
];

fn readers(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("read");
    for (path, bytes) in CASES {
        let file = File { path, bytes };
        let (subjects, _) = read(&file, &Limits::default());
        assert!(!subjects.is_empty(), "{path}");
        group.throughput(Throughput::Bytes(bytes.len() as u64));
        let id = path.split('/').next().unwrap_or_default();
        group.bench_function(id, |bencher| bencher.iter(|| read(black_box(&file), &Limits::default())));
    }
    group.finish();
    criterion.bench_function("recognise/every format", |bencher| {
        bencher.iter(|| CASES.iter().filter_map(|(path, bytes)| recognise(path, black_box(bytes))).count());
    });
}

fn judging(criterion: &mut Criterion) {
    let (workloads, _) = kubernetes::parse(&File { path: "shop.yaml", bytes: SHOP }, &Limits::default());
    let workload = workloads.first().expect("a workload");
    criterion.bench_function("judge/restricted", |bencher| {
        bencher.iter(|| judge(black_box(workload), Level::Restricted, Version::LATEST));
    });
}

/// The rules that come with the program, and what they take of a Deployment that says everything.
fn checks(criterion: &mut Criterion) {
    let limits = Limits::default();
    criterion.bench_function("checks/load all", |bencher| bencher.iter(|| Checks::load(&[], &limits)));
    let (checks, _) = Checks::load(&[], &limits);
    let (subjects, _) = read(&File { path: "shop.yaml", bytes: SHOP }, &limits);
    let subject = subjects.first().expect("a workload");
    criterion.bench_function("checks/a workload against all", |bencher| {
        bencher.iter(|| checks.judge(black_box(subject), None, &limits));
    });
    criterion.bench_function("checks/read and judge a manifest", |bencher| {
        bencher.iter(|| {
            let (subjects, _) = read(black_box(&File { path: "shop.yaml", bytes: SHOP }), &limits);
            subjects.iter().map(|subject| checks.judge(subject, None, &limits).0.len()).sum::<usize>()
        });
    });
}

/// A pod that nobody has looked after, with a patch for each thing that is wrong.
const POD: &[u8] = b"\
apiVersion: v1
kind: Pod
metadata: {name: shop}
spec:
  hostPID: true
  containers:
  - name: shop
    image: shop
    securityContext:
      privileged: true
";

/// What it takes to work out patches, each tried alone, and all together.
fn fixes(criterion: &mut Criterion) {
    let limits = Limits::default();
    let (checks, _) = Checks::load(&[], &limits);
    let file = File { path: "pod.yaml", bytes: POD };
    let count = checks.offers(&file, None, &limits).offers.iter().filter(|offer| offer.edits.is_ok()).count();
    assert!(count > 5, "{count} patches");
    let mut group = criterion.benchmark_group("fix");
    group.throughput(Throughput::Elements(count as u64));
    group.bench_function("each patch", |bencher| bencher.iter(|| checks.offers(black_box(&file), None, &limits)));
    group.bench_function("all together", |bencher| {
        bencher.iter(|| checks.patch(black_box(&file), None, &|_, _, _| true, &limits));
    });
    group.finish();
}

criterion_group!(benches, readers, judging, checks, fixes);
criterion_main!(benches);
