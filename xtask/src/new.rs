//! placeholder
pub fn run(_kind: &str, _id: &str) -> anyhow::Result<()> {
    Ok(())
}
pub fn check() -> anyhow::Result<()> {
    Ok(())
}
