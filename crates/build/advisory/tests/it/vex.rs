//! What VEX documents say, and of which findings.

use boltseal_advisory::vex::{self, Statements};
use boltseal_model::{
    Finding, FindingKind, FixStatus, Limits, Location, ProblemKind, Scores, Severity, Subject, SubjectKind,
};
use proptest::prelude::*;
use serde_json::{Value, json};

const DIGEST: &str = "sha256:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef";
const PURL: &str = "pkg:deb/debian/tiny@1.0-1?arch=amd64&distro=debian-12";

fn finding(id: &str, package: &str) -> Finding {
    Finding {
        kind: FindingKind::Vulnerability,
        id: id.into(),
        aliases: vec!["GHSA-5phf-pp7p-vc2r".into()],
        severity: Severity::High,
        title: String::new(),
        package: package.into(),
        installed: "1.0-1".into(),
        fixed: None,
        status: FixStatus::Affected,
        scores: Scores::default(),
        location: Location::default(),
        also: Vec::new(),
        evidence: String::new(),
        remediation: String::new(),
        fix: None,
    }
}

fn subject() -> Subject {
    Subject {
        kind: SubjectKind::Image,
        name: "shop.tar".into(),
        digest: Some(DIGEST.parse().unwrap()),
        tags: vec!["registry.example.org/team/shop:1.2".into()],
        platform: None,
        distribution: None,
        base_layers: None,
        revision: None,
        layers: Vec::new(),
    }
}

/// The status and the reason that documents give for CVE-2030-0001 in a package.
fn decided(documents: &[Value], package: &str) -> Option<(FixStatus, Option<String>)> {
    let mut all = Vec::new();
    for (number, document) in documents.iter().enumerate() {
        let (statements, problems) =
            vex::parse(&number.to_string(), document.to_string().as_bytes(), &Limits::default());
        assert!(problems.is_empty(), "{:?}", problems.into_sorted());
        all.extend(statements);
    }
    let statements = Statements::new(all);
    let statement = statements.deciding(&finding("CVE-2030-0001", package), &subject())?;
    Some((statement.status, statement.justification.clone()))
}

fn openvex(products: &Value, status: &str, timestamp: &str) -> Value {
    json!({
        "@context": "https://openvex.dev/ns/v0.2.0", "@id": "https://example.org/vex/1", "author": "A", "version": 1,
        "timestamp": timestamp,
        "statements": [{
            "vulnerability": {"@id": "https://example.org/CVE-2030-0001", "name": "CVE-2030-0001"},
            "products": products, "status": status, "justification": "vulnerable_code_not_present",
        }],
    })
}

#[test]
fn openvex_products_are_packages_images_and_parts_of_images() {
    let because = Some("vulnerable_code_not_present".to_owned());
    let dismissed = Some((FixStatus::NotAffected, because));
    for (products, applies) in [
        (json!([{"@id": "pkg:deb/debian/tiny"}]), true),
        (json!([{"@id": "pkg:deb/debian/tiny@1.0-1"}]), true),
        (json!([{"@id": "pkg:deb/debian/tiny@1.0-2"}]), false),
        (json!([{"@id": "pkg:deb/debian/other"}]), false),
        (json!(["pkg:deb/debian/tiny"]), true),
        (json!([{"@id": format!("pkg:oci/shop@{}", DIGEST.replace(':', "%3A"))}]), true),
        (json!([{"@id": "pkg:oci/shop?repository_url=registry.example.org/team/shop"}]), true),
        (json!([{"@id": "pkg:oci/shop?repository_url=registry.example.org/other/shop"}]), false),
        (json!([{"@id": "pkg:oci/op"}]), false),
        (json!([{"@id": "a", "hashes": {"sha-256": DIGEST.trim_start_matches("sha256:")}}]), true),
        (json!([{"@id": "a", "identifiers": {"purl": "pkg:oci/shop@1.2"}}]), true),
        (json!([{"@id": "a", "identifiers": {"purl": "pkg:oci/shop@1.3"}}]), false),
        (json!([{"@id": "pkg:oci/shop", "subcomponents": [{"@id": "pkg:deb/debian/tiny"}]}]), true),
        (json!([{"@id": "pkg:oci/shop", "subcomponents": [{"@id": "pkg:deb/debian/other"}]}]), false),
        (json!([{"@id": "pkg:oci/store", "subcomponents": [{"@id": "pkg:deb/debian/tiny"}]}]), false),
        (json!([]), false),
    ] {
        let document = openvex(&products, "not_affected", "2030-01-01T00:00:00Z");
        assert_eq!(decided(&[document], PURL), dismissed.clone().filter(|_| applies), "{products}");
    }
}

#[test]
fn newest_statement_counts() {
    let said = |status, day: &str| openvex(&json!(["pkg:deb/debian/tiny"]), status, &format!("{day}T00:00:00Z"));
    let status = |documents: &[Value]| decided(documents, PURL).map(|(status, _)| status);
    let (old, new) = (said("not_affected", "2030-01-01"), said("affected", "2030-01-02"));
    assert_eq!(status(&[old.clone(), new.clone()]), Some(FixStatus::Affected));
    assert_eq!(status(&[new, old.clone()]), Some(FixStatus::Affected));
    assert_eq!(status(&[old, said("fixed", "2030-01-01")]), Some(FixStatus::Fixed), "the last of equally new ones");
}

#[test]
fn other_names_of_a_vulnerability_count() {
    let by_alias = json!({"statements": [
        {"vulnerability": {"name": "X-1", "aliases": ["ghsa-5phf-pp7p-vc2r"]}, "products": ["pkg:deb/debian/tiny"], "status": "fixed"},
    ]});
    assert_eq!(decided(&[by_alias], PURL), Some((FixStatus::Fixed, None)));
    let other = json!({"statements": [
        {"vulnerability": "CVE-2030-0002", "products": ["pkg:deb/debian/tiny"], "status": "fixed"},
    ]});
    assert_eq!(decided(&[other], PURL), None);
}

#[test]
fn csaf_products_are_parts_of_wholes() {
    let document = |whole: Value| {
        json!({
            "document": {"category": "csaf_vex", "csaf_version": "2.0",
                         "tracking": {"id": "A-1", "current_release_date": "2030-01-01T00:00:00Z"}},
            "product_tree": {
                "branches": [{"category": "vendor", "name": "A", "branches": [
                    {"category": "product_version", "name": "shop", "product": {"name": "shop", "product_id": "S", "product_identification_helper": whole}},
                    {"category": "product_version", "name": "tiny", "product": {"name": "tiny", "product_id": "T", "product_identification_helper": {"purl": "pkg:deb/debian/tiny@1.0-1"}}},
                ]}],
                "relationships": [{"category": "default_component_of", "product_reference": "T", "relates_to_product_reference": "S",
                                   "full_product_name": {"name": "tiny of shop", "product_id": "S:T"}}],
            },
            "vulnerabilities": [{"cve": "CVE-2030-0001", "product_status": {"known_not_affected": ["S:T"], "recommended": ["S"]},
                                 "flags": [{"label": "component_not_present", "product_ids": ["S:T"]}]}],
        })
    };
    let because = Some((FixStatus::NotAffected, Some("component_not_present".to_owned())));
    let digest = json!({"hashes": [{"filename": "shop", "file_hashes": [{"algorithm": "sha256", "value": DIGEST.trim_start_matches("sha256:")}]}]});
    assert_eq!(decided(&[document(digest)], PURL), because);
    assert_eq!(decided(&[document(json!({"cpe": "cpe:/o:example:shop:1"}))], PURL), because, "wherever it is");
    assert_eq!(decided(&[document(json!({"purl": "pkg:oci/store"}))], PURL), None);
    assert_eq!(decided(&[document(json!({"cpe": "cpe:/o:example:shop:1"}))], "pkg:deb/debian/other@1.0-1"), None);
}

#[test]
fn cyclonedx_refers_to_components() {
    let document = |reference: &str| {
        json!({
            "bomFormat": "CycloneDX", "specVersion": "1.6", "metadata": {"timestamp": "2030-01-01T00:00:00Z"},
            "components": [{"type": "container", "name": "shop", "bom-ref": "whole", "components": [
                {"type": "library", "name": "tiny", "bom-ref": "part", "purl": PURL}]}],
            "vulnerabilities": [
                {"id": "CVE-2030-0001", "analysis": {"state": "not_affected", "justification": "code_not_reachable"}, "affects": [{"ref": reference}]},
                {"id": "CVE-2030-0001", "affects": [{"ref": reference}]},
            ],
        })
    };
    let because = Some((FixStatus::NotAffected, Some("code_not_reachable".to_owned())));
    assert_eq!(decided(&[document("part")], PURL), because);
    assert_eq!(decided(&[document(&format!("urn:cdx:3e671687-395b-41f5-a30f-a58921a69b79/1#{PURL}"))], PURL), because);
    assert_eq!(decided(&[document("whole")], PURL), None);
}

#[test]
fn what_cannot_be_read_is_a_problem() {
    let problems = |text: &str| {
        let (statements, problems) = vex::parse("vex.json", text.as_bytes(), &Limits::default());
        (statements.len(), problems.into_sorted().into_iter().map(|problem| problem.kind).collect::<Vec<_>>())
    };
    assert_eq!(problems("{}"), (0, vec![ProblemKind::Unsupported]));
    assert_eq!(problems("{\"statements\": "), (0, vec![ProblemKind::Truncated]));
    assert_eq!(problems("{\"statements\": 1}"), (0, vec![ProblemKind::Malformed]));
    let unknown = r#"{"statements": [{"vulnerability": "CVE-2030-0001", "products": [], "status": "maybe"}]}"#;
    assert_eq!(problems(unknown), (0, vec![ProblemKind::Malformed]));
    let two = openvex(&json!(["pkg:npm/tiny"]), "fixed", "").to_string();
    let limits = Limits { advisories_per_file: 1, ..Limits::default() };
    let (statements, kept) = vex::parse("vex.json", format!("[{two},{two}]").as_bytes(), &limits);
    assert_eq!((statements.len(), kept.into_sorted()[0].kind), (1, ProblemKind::TooMany));
}

proptest! {
    #[test]
    fn documents_never_panic(bytes: Vec<u8>, place in 0usize..400, byte: u8, key in 0usize..3) {
        let _ = vex::parse("vex.json", &bytes, &Limits::default());
        let whole = [
            openvex(&json!([{"@id": "pkg:oci/shop", "subcomponents": [{"@id": PURL}]}]), "fixed", "2030-01-01"),
            json!({"document": {"tracking": {"id": "1"}}, "product_tree": {"branches": [{"product": {"name": "n", "product_id": "T"}}]},
                   "vulnerabilities": [{"cve": "CVE-2030-0001", "product_status": {"fixed": ["T"]}}]}),
            json!({"bomFormat": "CycloneDX", "components": [{"bom-ref": "a", "purl": PURL}],
                   "vulnerabilities": [{"id": "CVE-2030-0001", "analysis": {"state": "resolved"}, "affects": [{"ref": "a"}]}]}),
        ];
        let mut damaged = whole[key].to_string().into_bytes();
        let length = damaged.len();
        damaged[place % length] = byte;
        let (statements, _) = vex::parse("vex.json", &damaged, &Limits::default());
        let _ = Statements::new(statements).deciding(&finding("CVE-2030-0001", PURL), &subject());
    }
}
