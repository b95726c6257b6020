//! Real Dockerfiles, of `../shared/data/supply-chain`.

use std::fs;
use std::path::{Path, PathBuf};

use boltseal_model::Limits;
use boltseal_posture::{File, Subject, read, recognise};
use boltseal_testkit::data;

fn dockerfiles(folder: &Path, found: &mut Vec<PathBuf>) {
    let mut paths: Vec<_> = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    paths.sort();
    for path in paths {
        if path.is_dir() {
            dockerfiles(&path, found);
        } else if path.file_name().is_some_and(|name| name.to_string_lossy().starts_with("Dockerfile")) {
            found.push(path);
        }
    }
}

/// Every instruction of every file is there, counted by what their lines begin with.
#[test]
fn real_dockerfiles_are_read_whole() {
    let Some(folder) = data::unpack("supply-chain/checkov-dockerfile-kubernetes.tar.zst") else { return };
    let mut paths = Vec::new();
    dockerfiles(folder.path(), &mut paths);
    let (mut stages, mut instructions, mut runs, mut unread) = (0, 0, 0, Vec::new());
    for path in &paths {
        let bytes = fs::read(path).unwrap();
        let name = path.strip_prefix(folder.path()).unwrap().to_string_lossy().into_owned();
        assert_eq!(recognise(&name, &bytes).map(|format| format.id), Some("dockerfile"), "{name}");
        let (subjects, problems) = read(&File { path: &name, bytes: &bytes }, &Limits::default());
        unread.extend(problems.into_sorted().into_iter().map(|problem| format!("{name}: {}", problem.detail)));
        for subject in &subjects {
            let Subject::Dockerfile(dockerfile) = subject else { panic!("{name}: {subject:?}") };
            stages += dockerfile.stages.len();
            let text = String::from_utf8(bytes.clone()).unwrap();
            for stage in &dockerfile.stages {
                runs += stage.runs.len();
                for instruction in &stage.instructions {
                    instructions += 1;
                    // What stands at the place is the instruction.
                    let line = text.lines().nth(instruction.at.line as usize - 1).unwrap();
                    let there: String = line.chars().skip(instruction.at.column as usize - 1).collect();
                    assert!(there.to_uppercase().starts_with(&instruction.keyword), "{name}: {there} {instruction:?}");
                }
            }
        }
    }
    // The file ends in an unexpected mark.
    let odd = "checkov-dockerfile-kubernetes/dockerfile/checks/example_UpdateNotAlone/failure/Dockerfile";
    assert_eq!(unread, [format!("{odd}: line 12, column 1: there is no instruction \"~\"")]);
    assert_eq!((paths.len(), stages, instructions, runs), (103, 112, 840, 535));
}
