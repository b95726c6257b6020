//! How fast files are searched that hold nothing, which most do.
#![expect(clippy::expect_used, reason = "benches report by panicking")]

use std::hint::black_box;
use std::ops::ControlFlow;

use boltseal_content::filter::{Filter, Literal};
use boltseal_content::malware::{Hashes, HashesBuilder};
use boltseal_content::{File, Rules, Searcher, Sought};
use boltseal_model::Limits;
use criterion::{Criterion, Throughput, criterion_group, criterion_main};

/// Bytes like those of programs: every value, with runs of zeros.
fn program() -> Vec<u8> {
    let noise: Vec<u8> = (0..=u8::MAX).map(|at| at.wrapping_mul(167) ^ (at >> 3)).collect();
    [noise.as_slice(), &[0; 40]].concat().repeat(16_000_000 / 296)
}

/// Text like sources, with words that rules begin with.
fn source() -> Vec<u8> {
    let line = "    let token = self.settings.password_of(user).map_or_else(String::new, |it| it.to_owned()); // see https://a.b/c\n";
    let plain =
        "        for (index, entry) in entries.iter().enumerate() { total += entry.size * u64::from(index); }\n";
    let block = [plain.repeat(20).as_str(), line].concat();
    block.repeat(16_000_000 / block.len()).into_bytes()
}

fn filter(criterion: &mut Criterion) {
    let literal = |number: u32| Literal {
        bytes: format!("{:08x}", number.wrapping_mul(2_654_435_761)).as_bytes().into(),
        any_case: true,
    };
    let filter = Filter::new((0..2_000).map(literal).collect());
    let mut group = criterion.benchmark_group("filter, 2,000 literals");
    for (name, bytes) in [("program", program()), ("source", source())] {
        group.throughput(Throughput::Bytes(bytes.len() as u64));
        group.bench_function(name, |bencher| {
            bencher.iter(|| {
                let mut found = 0_u32;
                filter.search(black_box(&bytes), |_, _| {
                    found += 1;
                    ControlFlow::Continue(())
                });
                found
            });
        });
    }
    group.finish();
}

fn search(criterion: &mut Criterion) {
    let (rules, limits) = (Rules::built_in(Sought { malware: true, secrets: true }).0, Limits::default());
    let mut searcher = Searcher::new(&rules, &limits);
    let mut group = criterion.benchmark_group("search, all rules");
    for (name, bytes) in [("program", program()), ("source", source())] {
        group.throughput(Throughput::Bytes(bytes.len() as u64));
        group.bench_function(name, |bencher| {
            bencher.iter(|| searcher.search(File { path: "srv/file", bytes: black_box(&bytes) }));
        });
    }
    group.finish();
}

fn hashes(criterion: &mut Criterion) {
    /// As many as the largest public lists have.
    const ENTRIES: u64 = 5_000_000;
    // Odd numbers are in the list, even ones are not; multiplied, they are spread as digests are.
    let digest = |number: u64| {
        let word = number.wrapping_mul(0x9E37_79B9_7F4A_7C15);
        [word, word.rotate_left(17), word.rotate_left(31), word.rotate_left(47)].map(u64::to_be_bytes)
    };
    let mut builder = HashesBuilder::default();
    let lines = (0..ENTRIES).map(|at| {
        let digits: String = digest(at * 2 + 1).iter().flatten().map(|byte| format!("{byte:02x}")).collect();
        digits + "\n"
    });
    builder.add("bench", lines.collect::<String>().as_bytes()).expect("a text in memory is read");
    let mut bytes = Vec::new();
    builder.write(&mut bytes).expect("memory is written");
    let list = Hashes::open(&bytes).expect("what was built opens");
    let mut number = 0_u64;
    criterion.bench_function("a look-up among 5,000,000 digests", |bencher| {
        bencher.iter(|| {
            number = number.wrapping_add(7_919) % (ENTRIES * 2);
            let words = digest(number);
            let sought = words.as_flattened().try_into().expect("four words have 32 bytes");
            list.name(black_box(&sought))
        });
    });
}

criterion_group!(benches, filter, search, hashes);
criterion_main!(benches);
