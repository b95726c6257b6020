//! Images in registries: found with the credentials and certificates that people have, read as if they lay on disk.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;

use boltseal_model::Report;
use boltseal_testkit::image::{Image, Layer, oci};
use boltseal_testkit::registry::{ImageRegistry, Protection};

use crate::parts::{boltseal, for_two_platforms, part, scan};

/// A small image, pushed under a name.
fn with_image(protection: Protection) -> Option<(ImageRegistry, String)> {
    let registry = ImageRegistry::start(protection)?;
    let layout = registry.folder().join("layout.tar");
    let lock = r#"{"lockfileVersion": 3, "packages": {"node_modules/lodash": {"version": "4.17.4"}}}"#;
    let image = Image::new().layer(Layer::new().file("app/package-lock.json", lock).made_by("COPY . .")).tag("app:1");
    fs::write(&layout, oci(&[image]).unwrap().to_tar()).unwrap();
    registry.push(&format!("oci-archive:{}", layout.display()), "team/app:1");
    let name = format!("{}/team/app:1", registry.host);
    Some((registry, name))
}

/// Exit code, output and errors of a scan in an environment without credentials of the user who runs the tests.
fn scan_with(name: &str, environment: &[(&str, &Path)]) -> Option<(Option<i32>, String, String)> {
    let mut command = boltseal()?;
    command.env("HOME", "/nonexistent").env_remove("DOCKER_CONFIG").env_remove("REGISTRY_AUTH_FILE");
    command.envs(environment.iter().copied());
    let output = command.args(["scan", name, "--format", "json"]).output().unwrap();
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    Some((output.status.code(), text(&output.stdout), text(&output.stderr)))
}

fn is_found(output: &str) -> bool {
    serde_json::from_str::<Report>(output)
        .is_ok_and(|report| report.packages.iter().any(|package| package.name == "lodash"))
}

#[test]
fn an_image_in_a_registry_has_the_packages_and_findings_of_its_archive() {
    let Some(shop) = part("BOLTSEAL_SHOP_IMAGE") else { return };
    let Some(registry) = ImageRegistry::start(Protection::default()) else { return };
    registry.push(&format!("docker-archive:{}", shop.display()), "team/shop:1.0");
    let Some((remote, code)) = scan(&format!("registry:{}/team/shop:1.0", registry.host)) else { return };
    let (local, _) = scan(&shop.to_string_lossy()).unwrap();
    assert_eq!((code, remote.problems.as_slice()), (0, &[][..]));
    assert!(remote.findings.len() > 50);
    assert_eq!(remote.packages, local.packages);
    assert_eq!(remote.findings, local.findings);
    assert!(remote.subject.digest.is_some() && remote.subject.layers.iter().all(|layer| layer.digest.is_some()));
}

#[test]
fn stored_credentials_open_a_registry_with_passwords() {
    let Some((registry, name)) = with_image(Protection { password: true, tls: false }) else { return };
    let Some((code, _, errors)) = scan_with(&name, &[]) else { return };
    assert_eq!(code, Some(3), "{errors}");
    assert!(errors.contains(&format!("docker login {}", registry.host)), "{errors}");
    let config = registry.folder().join("docker");
    fs::create_dir(&config).unwrap();
    // `user:pass word`, and a wrong password.
    for (auth, is_right) in [("dXNlcjpwYXNzIHdvcmQ=", true), ("dXNlcjp3cm9uZw==", false)] {
        let auths = format!(r#"{{"auths": {{"{}": {{"auth": "{auth}"}}}}}}"#, registry.host);
        fs::write(config.join("config.json"), auths).unwrap();
        let (_, output, errors) = scan_with(&name, &[("DOCKER_CONFIG", &config)]).unwrap();
        assert_eq!(is_found(&output), is_right, "{errors}");
        assert!(!errors.contains("wrong") && !errors.contains("pass word"), "{errors}");
    }
    let flags = [("BOLTSEAL_REGISTRY_USER", Path::new("user")), ("BOLTSEAL_REGISTRY_PASSWORD", Path::new("pass word"))];
    let (_, output, errors) = scan_with(&name, &flags).unwrap();
    assert!(is_found(&output), "{errors}");
}

#[test]
fn a_credential_helper_is_asked() {
    let Some((registry, name)) = with_image(Protection { password: true, tls: false }) else { return };
    let folder = registry.folder();
    let helper = folder.join("docker-credential-boltsealtest");
    let script = format!(
        "#!/bin/sh\nread host\n[ \"$1 $host\" = 'get {}' ] || {{ echo 'credentials not found in native keychain'; exit 1; }}\n\
         echo '{{\"ServerURL\": \"x\", \"Username\": \"user\", \"Secret\": \"pass word\"}}'\n",
        registry.host
    );
    fs::write(&helper, script).unwrap();
    fs::set_permissions(&helper, fs::Permissions::from_mode(0o755)).unwrap();
    let path = format!("{}:{}", folder.display(), std::env::var("PATH").unwrap());
    for config in [
        r#"{"credsStore": "boltsealtest"}"#.to_owned(),
        format!(r#"{{"credHelpers": {{"{}": "boltsealtest"}}}}"#, registry.host),
    ] {
        fs::write(folder.join("config.json"), config).unwrap();
        let environment = [("DOCKER_CONFIG", folder), ("PATH", Path::new(&path))];
        let Some((_, output, errors)) = scan_with(&name, &environment) else { return };
        assert!(is_found(&output), "{errors}");
    }
}

#[test]
fn a_certificate_is_believed_only_when_its_authority_is() {
    let Some((registry, name)) = with_image(Protection { password: true, tls: true }) else { return };
    let credentials =
        [("BOLTSEAL_REGISTRY_USER", Path::new("user")), ("BOLTSEAL_REGISTRY_PASSWORD", Path::new("pass word"))];
    let Some((code, _, errors)) = scan_with(&name, &credentials) else { return };
    assert_eq!(code, Some(3), "{errors}");
    assert!(errors.contains("no trusted connection"), "{errors}");
    let trusting = [credentials[0], credentials[1], ("SSL_CERT_FILE", registry.authority.as_path())];
    let (code, output, errors) = scan_with(&name, &trusting).unwrap();
    assert!(is_found(&output), "{code:?}: {errors}");
}

#[test]
fn of_an_image_for_several_platforms_the_one_asked_for_is_read() {
    let Some(registry) = ImageRegistry::start(Protection::default()) else { return };
    let layout = registry.folder().join("multi.tar");
    fs::write(&layout, for_two_platforms("app:1").to_tar()).unwrap();
    registry.push(&format!("oci-archive:{}", layout.display()), "app:1");
    let name = format!("registry:{}/app:1", registry.host);
    for (platform, version) in [("linux/amd64", "0.1.1"), ("linux/arm64", "0.1.2")] {
        let Some(mut command) = boltseal() else { return };
        let output = command.args(["scan", &name, "--platform", platform, "--format", "json"]).output().unwrap();
        let report: Report = serde_json::from_slice(&output.stdout).unwrap();
        let versions: Vec<&str> = report.packages.iter().map(|package| package.version.as_str()).collect();
        assert_eq!((versions.as_slice(), report.subject.platform.as_deref()), (&[version][..], Some(platform)));
    }
    let output = boltseal().unwrap().args(["scan", &name, "--platform", "linux/s390x"]).output().unwrap();
    let errors = String::from_utf8_lossy(&output.stderr);
    assert!(errors.contains("linux/amd64") && errors.contains("linux/arm64"), "the choices are named: {errors}");
}

#[test]
fn an_offline_scan_asks_no_registry() {
    let Some(mut command) = boltseal() else { return };
    let output = command.args(["scan", "registry:127.0.0.1:1/app", "--offline"]).output().unwrap();
    assert_eq!(output.status.code(), Some(2));
    assert!(String::from_utf8_lossy(&output.stderr).contains("--offline forbids it"));
}
