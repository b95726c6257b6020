//! Every bound on hostile input, in one place.

use serde::{Deserialize, Serialize};

/// The largest input that is read, by kind. A tripped limit is a [`crate::Problem`], never silence.
///
/// The defaults admit every image that the public registries accept; raising one raises the memory or the time that an
/// attacker can make a scan cost, as its comment says.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Limits {
    /// Bytes of a manifest, index or image configuration. Registries refuse manifests above 4 MiB; held in memory whole.
    pub manifest_bytes: u64,
    /// Members of an image archive, each indexed by name in memory.
    pub archive_members: u64,
    /// Indexes, manifests and configurations opened to find the image that is meant. The largest multi-platform images have
    /// some thirty; a nested index could otherwise refer to itself without end.
    pub images: usize,
    /// Layers of an image. Storage drivers stop at 127.
    pub layers: usize,
    /// Entries of one layer. Eight bytes each are remembered to tell which file hides which.
    pub layer_entries: u64,
    /// Bytes of one layer after decompression. They stream, so this bounds time (about a minute), not memory.
    pub layer_bytes: u64,
    /// How many times its compressed size a layer may grow, once it is past [`Self::free_layer_bytes`].
    ///
    /// Deflate cannot exceed 1,032; zstd can, which is what makes bombs.
    pub compression_ratio: u64,
    /// Bytes that a layer may decompress to, whatever the ratio: small layers of zeros are legitimate.
    pub free_layer_bytes: u64,
    /// Window of a zstd or xz stream in bytes, a power of two. Held in memory once per worker; 128 MiB is what the zstd tool itself
    /// accepts unasked.
    pub window_bytes: u64,
    /// Bytes in which the links of one layer are remembered, with path and target, so that they can be followed.
    pub link_bytes: u64,
    /// Bytes of one file that an analyzer wants. Held in memory whole, once per worker.
    pub file_bytes: u64,
    /// Bytes of one program, which is looked into where it begins as a program does, or of one archive of packages. Held in
    /// memory whole, once per worker; the largest common ones, written in Go, have some 150 MiB.
    pub program_bytes: u64,
    /// Bytes of one file of rules that the user has. Held in memory whole; the largest public collections have some twenty
    /// million in one file.
    pub rule_file_bytes: u64,
    /// Parentheses within each other in a logical signature of ClamAV. Signatures have four; reading calls itself, so this bounds
    /// the stack.
    pub signature_depth: usize,
    /// Bytes of a text with digests of malware. It streams; what is packed of it, half as much, is in memory once, when it is
    /// packed. The largest public lists have some hundred million digests.
    pub hash_list_bytes: u64,
    /// Places in one file at which a rule for secrets is tried. A pattern looks at some hundred bytes for each.
    pub anchors_per_file: usize,
    /// Malware and secrets found in one file. A list of leaked passwords has millions.
    pub hits_per_file: usize,
    /// Secrets about which others are asked, where the user wants that. Each is a question over the network, and sends a secret
    /// there.
    pub secrets_verified: usize,
    /// Bytes of base64 to either side of what looks like a secret in it. The longest are certificates with their keys.
    pub base64_bytes: usize,
    /// Bytes unpacked from one file that is itself an archive, all its members together, those of archives in it included. They
    /// are searched, so this bounds time: some seconds.
    pub unpacked_bytes: u64,
    /// Archives within archives. Each level can multiply the size by 1,000, so that [`Self::unpacked_bytes`] bounds the work.
    pub archive_depth: usize,
    /// Objects of one pack of git, for each of which some fifty bytes are held. Linux' own history has ten million.
    pub git_objects: usize,
    /// Bytes of all the versions of a pack that are put together from differences, which is little more than copying: a few
    /// seconds.
    pub version_bytes: u64,
    /// Bytes of one entry of a shared layer cache. Held in memory whole, once per worker, and may take some twenty times as much
    /// when it is read; an entry has nine bytes for each file of its layer.
    pub cache_entry_bytes: u64,
    /// Bytes of one path. Linux refuses longer ones than 4,096.
    pub path_bytes: usize,
    /// Bytes of the extended headers of one tar entry. Held in memory whole.
    pub tar_header_bytes: u64,
    /// Symbolic links followed for one path, as many as Linux follows.
    pub link_hops: usize,
    /// Links to package records that are followed per layer. An image has a handful; each can cost another pass over a layer.
    pub wanted_links: usize,
    /// Folders within folders in a root file system.
    pub folder_depth: usize,
    /// Objects and arrays within each other in a JSON or YAML file. Their readers call themselves, so this bounds the stack.
    pub json_depth: usize,
    /// Bytes of a bill of materials. Held in memory whole; those of large images with a record for every file have some 100 MB.
    pub sbom_bytes: u64,
    /// Bytes of a file that declares workloads. Its tree is held in memory and may take a hundred times as much; the largest that
    /// are published, with the schemas of an operator, have some 5 MiB.
    pub manifest_file_bytes: u64,
    /// Elements of lists in one file that declares workloads: containers, ports, variables, arguments, all together. Each is held in
    /// memory, a container in a thousand bytes; ordinary ones at the limit of bytes are some 200,000.
    pub manifest_elements: usize,
    /// Documents in one file of YAML, each of which costs a reader of its own. The largest charts render some thousand.
    pub documents_per_file: usize,
    /// Bytes of a file of network flows. Its flows are held in memory, some hundred bytes each.
    pub flow_file_bytes: u64,
    /// Flows in one such file. Each is held to the policies of both its ends.
    pub flows: usize,
    /// Comparisons that one simulation of flows, or one proposal of network policies, may take: a label looked at, a port, a block of
    /// addresses. Policies and flows multiply; two hundred million are some seconds.
    pub network_steps: u64,
    /// Bytes of a file of policies. Its tree is held in memory and may take a hundred times as much; the largest sets have some 200 KiB.
    pub policy_file_bytes: u64,
    /// Bytes of one expression of a policy. Those that people can read have some thousand; time and memory to check one are
    /// proportional to it.
    pub expression_bytes: usize,
    /// Parts of an expression within each other, which is how deep its reader, checker and evaluator call themselves.
    pub expression_depth: usize,
    /// Steps that one rule may take for one subject: operations, elements looked at, and a step for every ten bytes of text. The
    /// API server of Kubernetes allows an expression as many; a million are some thirty milliseconds, and bound the memory too.
    pub policy_steps: u64,
    /// Bytes that a regular expression compiles to. Large repetitions multiply what is written.
    pub pattern_bytes: usize,
    /// Bytes that are kept of what can be executed in one layer. A full distribution takes some thirty million.
    pub executables_bytes: usize,
    /// Links of one layer by which programs may be known. Full distributions have 50,000.
    pub links: usize,
    /// Bytes of a file with an intent. Full distributions have 10,000 executables, some 300 bytes each.
    pub intent_bytes: u64,
    /// Functions that one program takes from libraries or offers. The largest, of office suites and browsers, have 60,000.
    pub program_symbols: usize,
    /// Libraries that one program is linked to. Some hundred at most.
    pub program_libraries: usize,
    /// Bytes of one program's code that are decoded for the system calls in it, at some 100 MB a second. Go's largest have 60 MiB.
    pub program_code_bytes: usize,
    /// Sections of code of one program. Linkers leave fewer than ten; each may name the same bytes again.
    pub program_code_sections: usize,
    /// Bytes of one script whose words are taken for commands. People write some hundred kilobytes at most.
    pub script_bytes: usize,
    /// Bytes that are read again, in all, to see whether the patches of one file mend it: a document for each patch. Thirty-two MiB
    /// are some seconds; a manifest of a few KiB takes a hundred.
    pub patch_bytes: u64,
    /// Bytes of files that are kept in memory until it is known which of their findings are to be mended.
    pub patched_bytes: u64,
    /// Bytes of one envelope, or of one bundle with its envelope. Held in memory up to three times: as it is, decoded, and as what is
    /// signed. The largest carry a bill of materials, in base64; a gate that wants verdicts alone can do with a thousandth.
    pub envelope_bytes: u64,
    /// Bytes of the statement that a gate decides by. A verdict has some thousand; a gate may see one with every request.
    pub verdict_bytes: usize,
    /// Signatures of one envelope, each of which is held to the keys that are trusted. Cosigned ones have two or three.
    pub signatures: usize,
    /// Subjects of one statement. A build of many artifacts states some hundred.
    pub subjects: usize,
    /// Seals of one image that are looked at. A registry lists what anybody with the right to push has put there.
    pub seals: usize,
    /// Bytes of a document of trust, or of a trust root of Sigstore.
    pub trust_bytes: u64,
    /// Keys, and identities, that a document of trust names. A signature without a hint is held to each.
    pub trusted_keys: usize,
    /// Bytes of a key file.
    pub key_file_bytes: usize,
    /// Bytes of memory that turning a password into a key may take. Cosign's files need 64 MiB.
    pub password_bytes: u64,
    /// Rounds that turning a password into a key may take, of whatever the file names: three million are some seconds.
    pub password_rounds: u64,
    /// Certificates, timestamps or log entries, of each, in one bundle. Ordinary ones have one of each, or two.
    pub bundle_parts: usize,
    /// Bytes that may be hashed to verify the seals of one image: those of a statement once for each key that a signature of it is
    /// held to, and 16 KiB for each besides, which is what the arithmetic costs. Some two seconds.
    pub verified_bytes: u64,
    /// Bytes of a TOML file. Its tree is held in memory and may take eighty times as much.
    pub toml_bytes: u64,
    /// Elements of an XML file. Their tree is held in memory, some hundred bytes each; the largest feeds have four million.
    pub xml_elements: usize,
    /// Bytes of a package's name or version. Registries refuse names above 214; versions that are commits are longer.
    pub name_bytes: usize,
    /// Packages read from one file. The largest lock files known have some ten thousand.
    pub packages_per_file: usize,
    /// Dependencies, licences and archives read from one file, of all its packages together. The largest lock files known have a
    /// hundred thousand; each takes some fifty bytes, an archive some three hundred.
    pub relations_per_file: usize,
    /// Packages of one subject.
    pub packages: usize,
    /// Bytes of one file of a feed as it is downloaded. They lie on the user's disk; the largest known, an archive of one
    /// ecosystem, has some 300 MiB.
    pub feed_bytes: u64,
    /// Bytes that one archive of advisories decompresses to, all its members together. They stream, so this bounds time, not
    /// memory; the largest known has some ten GiB.
    pub feed_unpacked_bytes: u64,
    /// Bytes read to open an archive of advisories, that is, of its list of members. Each is held in memory, in five times as
    /// much; the largest known archive has 300,000 members, whose list has 25 MiB.
    pub feed_index_bytes: u64,
    /// Bytes of one advisory document. A whole ecosystem in one JSON file is the largest; held in memory whole.
    pub advisory_bytes: u64,
    /// Advisories read from one file, each once per package that it concerns.
    pub advisories_per_file: usize,
    /// Versions that one advisory lists for one package, each compared at every look-up of the package.
    pub advisory_versions: usize,
    /// Ends of ranges in one advisory about one package. Finding a fixed version compares them with each other.
    pub advisory_ranges: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            manifest_bytes: 4 << 20,
            archive_members: 100_000,
            images: 256,
            layers: 512,
            layer_entries: 5_000_000,
            layer_bytes: 64 << 30,
            compression_ratio: 1_100,
            free_layer_bytes: 1 << 30,
            window_bytes: 128 << 20,
            link_bytes: 64 << 20,
            file_bytes: 64 << 20,
            program_bytes: 256 << 20,
            rule_file_bytes: 64 << 20,
            signature_depth: 32,
            hash_list_bytes: 8 << 30,
            anchors_per_file: 1_000_000,
            hits_per_file: 1_000,
            secrets_verified: 100,
            base64_bytes: 64 << 10,
            unpacked_bytes: 1 << 30,
            archive_depth: 4,
            git_objects: 2_000_000,
            version_bytes: 16 << 30,
            cache_entry_bytes: 64 << 20,
            path_bytes: 4_096,
            tar_header_bytes: 1 << 20,
            link_hops: 40,
            wanted_links: 1_000,
            folder_depth: 256,
            json_depth: 100,
            sbom_bytes: 128 << 20,
            manifest_file_bytes: 16 << 20,
            manifest_elements: 300_000,
            documents_per_file: 10_000,
            flow_file_bytes: 64 << 20,
            flows: 200_000,
            network_steps: 200_000_000,
            policy_file_bytes: 4 << 20,
            expression_bytes: 32 << 10,
            expression_depth: 64,
            policy_steps: 1_000_000,
            pattern_bytes: 1 << 20,
            executables_bytes: 128 << 20,
            links: 1_000_000,
            intent_bytes: 64 << 20,
            program_symbols: 500_000,
            program_libraries: 1_000,
            program_code_bytes: 96 << 20,
            program_code_sections: 64,
            script_bytes: 1 << 20,
            patch_bytes: 32 << 20,
            patched_bytes: 256 << 20,
            envelope_bytes: 192 << 20,
            verdict_bytes: 64 << 10,
            signatures: 16,
            subjects: 1_024,
            seals: 256,
            trust_bytes: 4 << 20,
            trusted_keys: 1_000,
            key_file_bytes: 64 << 10,
            password_bytes: 128 << 20,
            password_rounds: 3_000_000,
            bundle_parts: 8,
            verified_bytes: 512 << 20,
            toml_bytes: 4 << 20,
            xml_elements: 10_000_000,
            name_bytes: 1_024,
            packages_per_file: 100_000,
            relations_per_file: 1_000_000,
            packages: 1_000_000,
            feed_bytes: 2 << 30,
            feed_unpacked_bytes: 64 << 30,
            feed_index_bytes: 128 << 20,
            advisory_bytes: 512 << 20,
            advisories_per_file: 1_000_000,
            advisory_versions: 100_000,
            advisory_ranges: 1_000,
        }
    }
}
