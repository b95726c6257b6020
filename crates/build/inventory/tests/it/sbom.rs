//! Bills of materials: every case below `tests/fixtures/sboms`, and any bytes at all.

use std::path::Path;

use boltseal_inventory::sbom::{SbomError, parse};
use boltseal_model::{Limits, Problem, ProblemKind, Problems};
use boltseal_testkit::fixtures::{Case, Outcome, check};
use proptest::prelude::*;
use serde_json::json;

#[test]
fn every_case_keeps_the_promise_in_its_name() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/sboms");
    check(&root, &["cyclonedx", "spdx"], run);
}

fn run(case: &Case) -> Outcome {
    let limits = case.limits();
    let (mut read, mut hits, mut problems) = (Vec::new(), 0, Problems::default());
    for (path, bytes) in case.files() {
        match parse(&path, &bytes, &limits) {
            Ok((sbom, found)) => {
                hits += sbom.packages.len();
                read.push(
                    json!({ "subject": sbom.subject, "distribution": sbom.distribution, "packages": sbom.packages }),
                );
                problems.append(found);
            }
            // What is refused as a whole is an error of the scan; a case shows its words.
            Err(error) => {
                let kind =
                    if error.to_string().contains("deeper") { ProblemKind::TooDeep } else { ProblemKind::Malformed };
                problems.push(Problem::at(kind, path, error.to_string()));
            }
        }
    }
    let problems = problems.into_sorted();
    Outcome { hits, golden: json!({ "read": read, "problems": problems }), problems }
}

#[test]
fn json_of_another_kind_is_refused_by_its_name() {
    let refused = |text: &str| parse("x.json", text.as_bytes(), &Limits::default()).unwrap_err();
    assert_eq!(refused("{}"), SbomError::Unknown);
    assert_eq!(refused(r#"{"bomFormat": "Other"}"#), SbomError::Unknown);
    assert!(refused(r#"{"bomFormat": "CycloneDX", "specVersion": "2.0"}"#).to_string().starts_with("CycloneDX 2.0"));
    assert!(refused(r#"{"spdxVersion": "SPDX-3.0"}"#).to_string().starts_with("SPDX SPDX-3.0"));
    assert!(matches!(refused("[1]"), SbomError::Malformed(_)));
}

#[test]
fn spdx_says_the_same_in_both_of_its_forms() {
    let json = json!({
        "spdxVersion": "SPDX-2.3",
        "name": "shop",
        "packages": [
            { "SPDXID": "SPDXRef-image", "name": "shop", "primaryPackagePurpose": "CONTAINER" },
            { "SPDXID": "SPDXRef-os", "name": "debian", "versionInfo": "12", "primaryPackagePurpose": "OPERATING-SYSTEM",
              "summary": "Debian GNU/Linux 12" },
            { "SPDXID": "SPDXRef-ssl", "name": "libssl3", "versionInfo": "3.0.11-1", "licenseDeclared": "Apache-2.0",
              "licenseConcluded": "NOASSERTION",
              "sourceInfo": "Built from openssl 3.0.11-1.\nRecorded in var/lib/dpkg/status.",
              "externalRefs": [{ "referenceCategory": "PACKAGE-MANAGER", "referenceType": "purl",
                                 "referenceLocator": "pkg:deb/debian/libssl3@3.0.11-1?arch=amd64" }] },
            { "SPDXID": "SPDXRef-x", "name": "left-pad", "versionInfo": "1.0.0" },
        ],
        "relationships": [{ "spdxElementId": "SPDXRef-DOCUMENT", "relationshipType": "DESCRIBES",
                            "relatedSpdxElement": "SPDXRef-image" }],
    });
    let tags = "SPDXVersion: SPDX-2.3\r\nDataLicense: CC0-1.0\r\nSPDXID: SPDXRef-DOCUMENT\nDocumentName: shop\n\
        Creator: Tool: of ours\n\n##### Package: shop\nPackageName: shop\nSPDXID: SPDXRef-image\n\
        PrimaryPackagePurpose: CONTAINER\n\nPackageName: debian\nSPDXID: SPDXRef-os\nPackageVersion: 12\n\
        PrimaryPackagePurpose: OPERATING-SYSTEM\nPackageSummary: <text>Debian GNU/Linux 12</text>\n\n\
        PackageName: libssl3\nSPDXID: SPDXRef-ssl\nPackageVersion: 3.0.11-1\nPackageLicenseConcluded: NOASSERTION\n\
        PackageLicenseDeclared: Apache-2.0\n\
        PackageSourceInfo: <text>Built from openssl 3.0.11-1.\nRecorded in var/lib/dpkg/status.</text>\n\
        ExternalRef: PACKAGE-MANAGER purl pkg:deb/debian/libssl3@3.0.11-1?arch=amd64\n\n\
        PackageName: left-pad\nSPDXID: SPDXRef-x\nPackageVersion: 1.0.0\n\n\
        FileName: ./left-pad.js\nSPDXID: SPDXRef-file\nPackageVersion: 9\n\
        Relationship: SPDXRef-DOCUMENT DESCRIBES SPDXRef-image\n";
    let read = |text: &str| parse("bom", text.as_bytes(), &Limits::default()).unwrap();
    let (of_json, problems) = read(&json.to_string());
    assert_eq!((of_json.packages.len(), of_json.packages[0].name.as_str()), (1, "libssl3"));
    assert_eq!(read(tags), (of_json, problems));
    let later = tags.replace("SPDX-2.3", "SPDX-3.0");
    assert!(matches!(parse("bom", later.as_bytes(), &Limits::default()), Err(SbomError::Version(_))));
}

#[test]
fn cyclonedx_says_the_same_in_both_of_its_forms() {
    let json = json!({
        "bomFormat": "CycloneDX",
        "specVersion": "1.6",
        "metadata": {
            "tools": { "components": [{ "type": "application", "name": "tool", "purl": "pkg:npm/tool@9" }] },
            "component": { "type": "container", "name": "shop",
                           "components": [{ "type": "library", "name": "no", "purl": "pkg:npm/no@1" }] },
        },
        "components": [
            { "type": "operating-system", "name": "debian", "version": "12", "description": "Debian <12> & more" },
            { "type": "library", "name": "libssl3", "version": "3.0.11-1",
              "purl": "pkg:deb/debian/libssl3@3.0.11-1?arch=amd64&distro=debian-12",
              "licenses": [{ "license": { "id": "MIT" } }, { "license": { "name": "OpenSSL" } }, { "expression": "A OR B" }],
              "pedigree": { "ancestors": [{ "type": "library", "name": "a", "purl": "pkg:npm/ancestor@1" }] },
              "properties": [{ "name": "aquasecurity:trivy:SrcName", "value": "openssl" },
                             { "name": "aquasecurity:trivy:SrcVersion", "value": "3.0.11" }],
              "components": [{ "type": "library", "name": "inner", "version": "1", "purl": "pkg:npm/inner@1",
                               "evidence": { "occurrences": [{ "location": "/app/a.js" }] } }] },
            { "type": "file", "name": "/etc/passwd" },
            { "type": "library", "name": "left-pad", "version": "1.0.0" },
        ],
    });
    let xml = r#"<?xml version="1.0" encoding="UTF-8"?>
<!-- a comment -->
<bom xmlns="http://cyclonedx.org/schema/bom/1.6" serialNumber="urn:uuid:3e671687-395b-41f5-a30f-a58921a69b79" version="1">
  <metadata>
    <tools><components><component type="application"><name>tool</name><purl>pkg:npm/tool@9</purl></component></components></tools>
    <component type="container"><name>shop</name>
      <components><component type="library"><name>no</name><purl>pkg:npm/no@1</purl></component></components>
    </component>
  </metadata>
  <components>
    <component type="operating-system"><name>debian</name><version>12</version>
      <description>Debian &lt;12&gt; <![CDATA[& more]]></description></component>
    <component type="library" bom-ref="x">
      <name>libssl3</name><version>3.0.11-1</version>
      <licenses><license><id>MIT</id></license><license><name>OpenSSL</name></license><expression>A OR B</expression></licenses>
      <purl>pkg:deb/debian/libssl3@3.0.11-1?arch=amd64&amp;distro&#61;debian-12</purl>
      <pedigree><ancestors><component type="library"><name>a</name><purl>pkg:npm/ancestor@1</purl></component></ancestors></pedigree>
      <properties>
        <property name="aquasecurity:trivy:SrcName">openssl</property>
        <property name="aquasecurity:trivy:SrcVersion">3.0.11</property>
      </properties>
      <components><component type="library"><name>inner</name><version>1</version><purl>pkg:npm/inner@1</purl>
        <evidence><occurrences><occurrence><location>/app/a.js</location></occurrence></occurrences></evidence></component></components>
    </component>
    <component type="file"><name>/etc/passwd</name></component>
    <component type="library"><name>left-pad</name><version>1.0.0</version></component>
  </components>
</bom>
"#;
    let read = |text: &str| parse("bom", text.as_bytes(), &Limits::default()).unwrap();
    let (of_json, problems) = read(&json.to_string());
    let names: Vec<_> = of_json.packages.iter().map(|package| package.name.as_str()).collect();
    assert_eq!((names, of_json.subject.as_deref()), (vec!["libssl3", "inner"], Some("shop")));
    assert_eq!(read(xml), (of_json.clone(), problems.clone()));
    let prefixed = xml.replace("xmlns=", "xmlns:b=").replace("<bom", "<b:bom").replace("</bom", "</b:bom");
    assert_eq!(read(&prefixed), (of_json, problems));
    for version in ["1.0", "1.1", "1.2", "1.3", "1.4", "1.5"] {
        assert_eq!(read(&xml.replace("bom/1.6", &format!("bom/{version}"))).0.packages.len(), 2, "{version}");
    }
}

#[test]
fn xml_of_another_kind_is_refused_by_its_name() {
    let refused = |text: &str| parse("x.xml", text.as_bytes(), &Limits::default()).unwrap_err();
    assert_eq!(refused("<html></html>"), SbomError::Unknown);
    assert_eq!(refused("<bom xmlns=\"http://example.org/bom/1.6\"/>"), SbomError::Unknown);
    assert_eq!(refused("<!-- nothing -->"), SbomError::Unknown);
    let later = "<bom xmlns=\"http://cyclonedx.org/schema/bom/2.0\"/>";
    assert!(refused(later).to_string().starts_with("CycloneDX 2.0"));
    let entity = "<!DOCTYPE bom [<!ENTITY a 'b'>]><bom xmlns=\"http://cyclonedx.org/schema/bom/1.6\">&a;</bom>";
    assert!(refused(entity).to_string().contains("entity"), "none is ever expanded");
}

#[test]
fn components_in_xml_are_as_many_as_a_subject_may_have() {
    let text = format!(
        "<bom xmlns=\"http://cyclonedx.org/schema/bom/1.6\"><components>{}</components></bom>",
        "<component/>".repeat(9)
    );
    let read = |packages| parse("x.xml", text.as_bytes(), &Limits { packages, ..Limits::default() });
    assert!(read(9).is_ok());
    assert_eq!(read(8).unwrap_err(), SbomError::Malformed("more than 8 components".into()));
}

/// Pieces that bills of materials are made of, in any order and number.
const PIECES: &[&str] = &[
    r#"{"bomFormat":"CycloneDX","specVersion":"1.5","components":["#,
    r#"{"spdxVersion":"SPDX-2.3","packages":["#,
    r#"{"type":"library","name":"a","version":"1","purl":"pkg:npm/a@1"}"#,
    r#"{"type":"operating-system","name":"debian","version":"12"}"#,
    r#"{"name":"b","externalRefs":[{"referenceType":"purl","referenceLocator":"pkg:deb/debian/b@1?upstream=c@2"}]}"#,
    r#"{"purl":"pkg:rpm/x@1?upstream=y-1-2.src.rpm&epoch=3","components":["#,
    ",",
    "]",
    "}",
    "\"%zz\"",
    "SPDXVersion: SPDX-2.3\n",
    "PackageName: a\nPackageVersion: 1\n",
    "ExternalRef: PACKAGE-MANAGER purl pkg:npm/a@1\n",
    "PackageSummary: <text>",
    "</text>\n",
    "null",
    "<bom xmlns=\"http://cyclonedx.org/schema/bom/1.5\">",
    "<components>",
    "<component type=\"library\">",
    "<name>a</name><version>1</version><purl>pkg:npm/a@1?b=c&amp;d=e</purl>",
    "<licenses><license><id>",
    "<property name=\"x\">",
    "</property>",
    "</component>",
    "</components>",
    "</bom>",
    "&#0;",
    "<![CDATA[",
];

proptest! {
    #[test]
    fn never_panics_on_bytes(bytes in prop::collection::vec(any::<u8>(), 0..300)) {
        let _ = parse("x", &bytes, &Limits::default());
    }

    #[test]
    fn never_panics_on_pieces(pieces in prop::collection::vec(prop::sample::select(PIECES), 0..20)) {
        let text = pieces.concat();
        if let Ok((sbom, _)) = parse("x", text.as_bytes(), &Limits::default()) {
            for package in sbom.packages {
                prop_assert!(package.purl.starts_with("pkg:") && !package.version.is_empty());
            }
        }
    }
}
