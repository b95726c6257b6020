//! Ruby's analyzers against Ruby's own tools.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use boltseal_inventory::Inventory;
use boltseal_testkit::skip;

use crate::fixtures::root;
use crate::host::{output, read};

/// Name, version and sorted dependencies of every package, a line each.
fn described(inventory: &Inventory) -> BTreeSet<String> {
    let describe = |package: &boltseal_model::Package| {
        [&*package.name, &package.version, &package.dependencies.join(",")].join("\t")
    };
    inventory.packages.iter().map(describe).collect()
}

#[test]
fn finds_what_bundler_reads_in_a_lock_file() {
    let lock = root().join("gem-lock/fires-all-sources/input/app/Gemfile.lock").canonicalize().unwrap();
    // Bundler looks for the project that a lock file belongs to, here and above, and reads nothing without one.
    let project = tempfile::tempdir().unwrap();
    let gemfile = project.path().join("Gemfile");
    fs::write(&gemfile, "").unwrap();
    let program = "require 'bundler'\n\
        ENV['BUNDLE_GEMFILE'] = ARGV[1]\n\
        parser = Bundler::LockfileParser.new(File.read(ARGV[0]))\n\
        gems = parser.specs.reject { |spec| spec.source.instance_of?(Bundler::Source::Path) }\n\
        gems.group_by { |spec| [spec.name, spec.version.to_s] }.each do |key, specs|\n\
        \x20 puts (key + [specs.flat_map { |spec| spec.dependencies.map(&:name) }.uniq.sort.join(',')]).join(\"\\t\")\n\
        end";
    let Some(listed) = output("ruby", &["-e", program, lock.to_str().unwrap(), gemfile.to_str().unwrap()]) else {
        return;
    };
    let (inventory, problems) = read(&lock);
    assert_eq!(described(&inventory), listed.lines().map(str::to_owned).collect());
    assert_eq!((inventory.packages.len(), problems), (5, vec![]));
}

#[test]
fn finds_every_gem_that_ruby_says_is_installed() {
    // `loaded_from` is the file that RubyGems read.
    let program = "Gem::Specification.each do |spec|\n\
        \x20 puts [spec.loaded_from, spec.name, spec.version.to_s, spec.runtime_dependencies.map(&:name).uniq.sort.join(','),\n\
        \x20   spec.licenses.uniq.sort.join('|')].join(\"\\t\")\n\
        end";
    let Some(listed) = output("ruby", &["-e", program]) else { return };
    let mut count = 0;
    for line in listed.lines() {
        let [path, name, version, dependencies, licences] = line.split('\t').collect::<Vec<_>>()[..] else {
            panic!("{line}")
        };
        let path = PathBuf::from(path);
        let is_written = fs::read_to_string(&path).is_ok_and(|text| text.contains("\n# stub: "));
        if !path.parent().is_some_and(|folder| folder.ends_with("specifications") || folder.ends_with("default"))
            || !is_written
        {
            continue;
        }
        let (inventory, problems) = read(Path::new(&path));
        let [package] = &inventory.packages[..] else { panic!("{line}: {problems:?}") };
        let found = (&*package.name, &*package.version, package.dependencies.join(","), package.licences.join("|"));
        assert_eq!(found, (name, version, dependencies.to_owned(), licences.to_owned()), "{}", path.display());
        assert_eq!(problems, []);
        count += 1;
    }
    if count == 0 {
        skip("ruby has no gem");
    }
}
