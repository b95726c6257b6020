//! What `docker login` and its relatives store.

use std::fs;
use std::path::Path;

use boltseal_registry::{Credential, CredentialError, Credentials};

fn load(folder: &Path, config: &str) -> Result<Credentials, CredentialError> {
    let path = folder.join("config.json");
    fs::write(&path, config).unwrap();
    Credentials::load(&[folder.join("absent.json"), path])
}

#[test]
fn the_entry_that_fits_best_counts() {
    let folder = tempfile::tempdir().unwrap();
    // Names and passwords: hub:h, r:r, team:t, plain:p.
    let credentials = load(
        folder.path(),
        r#"{"auths": {
            "https://index.docker.io/v1/": {"auth": "aHViOmg="},
            "r.example": {"auth": "cjpy"},
            "r.example/team": {"auth": "dGVhbTp0"},
            "plain.example:5000": {"username": "plain", "password": "p"},
            "empty.example": {},
            "token.example": {"auth": "PHRva2VuPjo=", "identitytoken": "long"}
        }}"#,
    )
    .unwrap();
    let find = |host: &str, repository: &str| credentials.find(host, repository).unwrap();
    assert_eq!(find("docker.io", "library/debian"), Some(Credential::password("hub", "h")));
    assert_eq!(find("r.example", "other/app"), Some(Credential::password("r", "r")));
    assert_eq!(find("r.example", "team/app"), Some(Credential::password("team", "t")));
    assert_eq!(find("r.example", "teams/app"), Some(Credential::password("r", "r")));
    assert_eq!(find("plain.example:5000", "app"), Some(Credential::password("plain", "p")));
    assert_eq!(find("empty.example", "app"), None);
    assert!(matches!(find("token.example", "app"), Some(Credential::Identity(_))));
    assert_eq!(find("unknown.example", "app"), None);
}

#[test]
fn what_cannot_be_used_is_named_and_no_secret_is_shown() {
    let folder = tempfile::tempdir().unwrap();
    let error = load(folder.path(), r#"{"auths": {"r": {"auth": "c2VjcmV0", "x": }}}"#).unwrap_err().to_string();
    assert!(error.contains("config.json") && error.contains("line 1") && !error.contains("c2VjcmV0"), "{error}");
    let credentials = load(folder.path(), r#"{"auths": {"r.example": {"auth": "c2VjcmV0"}}}"#).unwrap();
    let error = credentials.find("r.example", "app").unwrap_err().to_string();
    assert!(error.contains("r.example") && !error.contains("secret") && !error.contains("c2VjcmV0"), "{error}");
    assert!(!format!("{credentials:?}").contains("c2VjcmV0"));
}

#[test]
fn the_name_of_a_helper_stays_a_name() {
    let folder = tempfile::tempdir().unwrap();
    for name in ["../evil", "a b", "", "a;b"] {
        let hostile = load(folder.path(), &format!(r#"{{"credsStore": "{name}"}}"#)).unwrap();
        let error = hostile.find("r.example", "a").unwrap_err();
        assert!(matches!(error, CredentialError::HelperName { .. }), "{error}");
    }
    let absent = load(folder.path(), r#"{"credHelpers": {"r.example": "boltseal-no-such-helper"}}"#).unwrap();
    let error = absent.find("r.example", "a").unwrap_err().to_string();
    assert!(error.contains("docker-credential-boltseal-no-such-helper"), "{error}");
    assert_eq!(absent.find("other.example", "a").unwrap(), None);
}
