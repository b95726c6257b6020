//! How fast a manifest is read, and a workload judged.
#![expect(clippy::expect_used, reason = "benches report by panicking")]

use std::hint::black_box;

use boltseal_model::Limits;
use boltseal_posture::pod_security::{Level, Version, judge};
use boltseal_posture::{File, kubernetes};
use criterion::{Criterion, Throughput, criterion_group, criterion_main};

/// A Deployment with everything that it may say.
const SHOP: &[u8] = include_bytes!("../tests/fixtures/readers/kubernetes/fires-every-member/input/shop.yaml");

fn read(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("manifest");
    group.throughput(Throughput::Bytes(SHOP.len() as u64));
    let file = File { path: "shop.yaml", bytes: SHOP };
    group.bench_function("read", |bencher| {
        bencher.iter(|| kubernetes::parse(black_box(&file), &Limits::default()));
    });
    let (workloads, _) = kubernetes::parse(&file, &Limits::default());
    let workload = workloads.first().expect("a workload");
    group.bench_function("judge, restricted", |bencher| {
        bencher.iter(|| judge(black_box(workload), Level::Restricted, Version::LATEST));
    });
    group.finish();
}

criterion_group!(benches, read);
criterion_main!(benches);
