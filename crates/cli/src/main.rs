//! boltseal
fn main(){}
