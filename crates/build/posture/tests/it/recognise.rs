//! What format a file has.

use boltseal_model::{Limits, ProblemKind};
use boltseal_posture::{File, read, recognise};

fn id(path: &str, head: &[u8]) -> Option<&'static str> {
    recognise(path, head).map(|format| format.id)
}

#[test]
fn content_counts_before_the_name() {
    for (path, head, expected) in [
        ("Dockerfile", "services:\n  web:\n", Some("compose")),
        ("Dockerfile", "USER a\n", Some("dockerfile")),
        ("compose.yaml", "FROM a\n", Some("dockerfile")),
        ("anything", "# syntax=x\n\nARG A=1\nFROM a\n", Some("dockerfile")),
        ("build/app.Dockerfile", "RUN a\n", Some("dockerfile")),
        ("Containerfile.dev", "", Some("dockerfile")),
        ("dockerfile", "{\"containerDefinitions\": []}", Some("ecs-task-definition")),
        ("Dockerfile.md", "# How to\n", None),
        ("Dockerfile.yaml", "a: 1\n", None),
        ("a.yaml", "from: a\nto: b\n", None),
        ("a", "version: '3'\nservices: {}\n", Some("compose")),
        ("a", "services:\n", Some("compose")),
        ("a", "spec: {services: []}\n", None),
        ("a", "{\"services\": {}}", Some("compose")),
        ("docker-compose.yml", "on: push\njobs: {}\n", None),
        ("a", "apiVersion: v1\nkind: Pod\nservices: []\n", Some("kubernetes")),
        ("a", "\u{feff}{\"kind\":\"Pod\",\"spec\":{}}", Some("kubernetes")),
        ("a", "mankind: 1\nspec: 2\n", None),
        ("a", "{\"containerDefinitions\": []}", Some("ecs-task-definition")),
        ("a", "Resources:\n  T: {Type: 'AWS::ECS::Service'}\n", Some("cloudformation")),
        ("a", "Resources:\n  T: {Type: 'AWS::S3::Bucket'}\n", None),
        ("a", "[{\"Config\": {}, \"HostConfig\": {}}]", Some("docker-inspect")),
        ("a", "{\"rootfs\": {}, \"config\": {}}", Some("image-configuration")),
        ("a", "{\"format_version\": \"1\", \"planned_values\": {}}", Some("terraform-plan")),
        ("a", "just a text", None),
        ("a", "", None),
    ] {
        assert_eq!(id(path, head.as_bytes()), expected, "{path}: {head}");
    }
}

#[test]
fn a_beginning_is_enough_and_may_end_anywhere() {
    let whole = "FROM registry.example/é:1\nRUN é\n".as_bytes();
    for end in 6..whole.len() {
        assert_eq!(id("a", &whole[..end]), Some("dockerfile"), "{end}");
    }
    assert_eq!(id("a", b"\xff\xfe\x00"), None);
}

#[test]
fn what_is_no_format_is_a_problem_with_its_place() {
    for (text, line) in [("on: push\n", 1), ("a: 1\n---\n\nb: 2\n", 4), ("text", 1), ("[]", 1)] {
        let (subjects, problems) = read(&File { path: "f", bytes: text.as_bytes() }, &Limits::default());
        let problems = problems.into_sorted();
        let last = problems.last().unwrap();
        assert!(subjects.is_empty() && last.kind == ProblemKind::Unsupported, "{text}: {problems:?}");
        assert!(last.detail.starts_with(&format!("line {line}, column 1: not understood")), "{text}: {problems:?}");
    }
    // Nothing at all is nothing wrong.
    let (subjects, problems) = read(&File { path: "f", bytes: b"# nothing\n---\n" }, &Limits::default());
    assert!(subjects.is_empty() && problems.is_empty());
}
