//! The bytes of a layer, decompressed within limits and hashed on the way.

use std::io::{self, BufRead, Read};

use boltseal_archive::tar::Source;
use boltseal_model::{Digest, Limits, Problem, ProblemKind, Problems};
use flate2::bufread::MultiGzDecoder;

use crate::blob::{Blob, read_full};
use crate::hash::Hashers;
use crate::image::Layer;
use crate::stored::{CHUNK, Stored};

/// A layer as one stream of decompressed bytes.
pub(crate) struct LayerStream<'a> {
    decoder: Decoder<'a>,
    /// Decompressed bytes, and what is at hand of them. A layer that is stored as it is goes without.
    chunk: Vec<u8>,
    start: usize,
    end: usize,
    produced: u64,
    /// Hashes the decompressed bytes. A layer that is stored as it is has one content, which is hashed once.
    hashers: Hashers,
    flow: Flow,
    layer: &'a Layer,
    limits: &'a Limits,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Flow {
    Open,
    /// The bytes do not decompress; the stored ones can still be read.
    Broken,
    /// A limit tripped, or the blob cannot be read: nothing more is read.
    Stopped,
}

enum Decoder<'a> {
    Plain(Stored<'a>),
    Gzip(Box<MultiGzDecoder<Stored<'a>>>),
    Zstd(zstd::Decoder<'static, Stored<'a>>),
}

impl<'a> LayerStream<'a> {
    /// Opens a layer. Its first bytes tell the compression: media types of images in the wild are often wrong.
    pub fn open(
        blob: &'a dyn Blob,
        layer: &'a Layer,
        limits: &'a Limits,
        progress: &'a (dyn Fn(u64) + Sync),
    ) -> Result<Self, Problem> {
        let mut magic = [0; 6];
        read_full(blob, 0, &mut magic).map_err(|error| unreadable(&error))?;
        let (digest, diff_id) = (layer.digest.as_ref(), layer.diff_id.as_ref());
        let stored = |hashers| Stored::new(blob, hashers, progress);
        let decoder = match magic {
            [0x1f, 0x8b, 8, ..] => Decoder::Gzip(Box::new(MultiGzDecoder::new(stored(Hashers::of(digest))))),
            // A zstd stream may begin with a skippable frame, whose magic has sixteen forms.
            [0x28, 0xb5, 0x2f, 0xfd, ..] | [0x50..=0x5f, 0x2a, 0x4d, 0x18, ..] => {
                Decoder::Zstd(zstd_decoder(stored(Hashers::of(digest)), limits)?)
            }
            [0xfd, b'7', b'z', b'X', b'Z', 0] | [b'B', b'Z', b'h', b'1'..=b'9', ..] => {
                let detail = "the layer is compressed with xz or bzip2; only gzip and zstd are layer formats";
                return Err(Problem::new(ProblemKind::Unsupported, detail));
            }
            _ => Decoder::Plain(stored(Hashers::of(digest.into_iter().chain(diff_id)))),
        };
        let (chunk, hashers) = match decoder {
            Decoder::Plain(_) => (Vec::new(), Hashers::default()),
            Decoder::Gzip(_) | Decoder::Zstd(_) => (vec![0; CHUNK], Hashers::of(diff_id)),
        };
        Ok(Self { decoder, chunk, start: 0, end: 0, produced: 0, hashers, flow: Flow::Open, layer, limits })
    }

    /// Reads to the end, since the digests cover what follows the archive too, and compares the digests.
    ///
    /// Gives whether the image states a digest of the layer and every one it states was confirmed.
    pub fn finish(mut self, problems: &mut Problems) -> bool {
        if self.flow == Flow::Open
            && let Err(problem) = self.skip(u64::MAX)
        {
            problems.push(problem);
        }
        if self.flow == Flow::Stopped {
            return false;
        }
        let is_plain = matches!(self.decoder, Decoder::Plain(_));
        let stored = match self.decoder.into_stored().finish() {
            Ok(stored) => stored,
            Err(error) => {
                problems.push(unreadable(&error));
                return false;
            }
        };
        let content = match self.flow {
            Flow::Open if is_plain => stored.clone(),
            Flow::Open => self.hashers.finish(),
            // Of what could not be decompressed, nobody knows the digest.
            Flow::Broken | Flow::Stopped => Vec::new(),
        };
        let is_stored_right = compare("stored layer", self.layer.digest.as_ref(), &stored, problems);
        let is_content_right = compare("decompressed layer", self.layer.diff_id.as_ref(), &content, problems);
        match (is_stored_right, is_content_right) {
            (None, None) => false,
            (stored, content) => stored.unwrap_or(true) && content.unwrap_or(true),
        }
    }

    fn refill(&mut self) -> Result<(), Problem> {
        let read = match &mut self.decoder {
            Decoder::Plain(stored) => stored.fill_buf().map(<[u8]>::len),
            Decoder::Gzip(decoder) => decoder.read(&mut self.chunk),
            Decoder::Zstd(decoder) => decoder.read(&mut self.chunk),
        };
        let read = read.map_err(|error| {
            let has_failed = self.decoder.stored().has_failed();
            self.flow = if has_failed { Flow::Stopped } else { Flow::Broken };
            if has_failed { unreadable(&error) } else { undecodable(&error) }
        })?;
        self.produced = self.produced.saturating_add(read as u64);
        self.within_limits().inspect_err(|_| self.flow = Flow::Stopped)?;
        self.hashers.update(self.chunk.get(..read).unwrap_or_default());
        (self.start, self.end) = (0, read);
        Ok(())
    }

    fn at_hand(&self) -> &[u8] {
        match &self.decoder {
            Decoder::Plain(stored) => stored.at_hand(),
            Decoder::Gzip(_) | Decoder::Zstd(_) => self.chunk.get(self.start..self.end).unwrap_or_default(),
        }
    }

    fn within_limits(&self) -> Result<(), Problem> {
        let limits = self.limits;
        if self.produced > limits.layer_bytes {
            let detail = format!("the layer has more than {} bytes", limits.layer_bytes);
            return Err(Problem::new(ProblemKind::TooLarge, detail));
        }
        let consumed = self.decoder.stored().offset();
        if self.produced > limits.free_layer_bytes.max(consumed.saturating_mul(limits.compression_ratio)) {
            let detail = format!("the layer decompresses to more than {} times its size", limits.compression_ratio);
            return Err(Problem::new(ProblemKind::CompressionBomb, detail));
        }
        Ok(())
    }
}

impl Source for LayerStream<'_> {
    fn fill(&mut self) -> Result<&[u8], Problem> {
        if self.at_hand().is_empty() {
            self.refill()?;
        }
        Ok(self.at_hand())
    }

    fn consume(&mut self, bytes: usize) {
        match &mut self.decoder {
            Decoder::Plain(stored) => stored.consume(bytes),
            Decoder::Gzip(_) | Decoder::Zstd(_) => self.start = self.start.saturating_add(bytes).min(self.end),
        }
    }
}

impl<'a> Decoder<'a> {
    fn stored(&self) -> &Stored<'a> {
        match self {
            Self::Plain(stored) => stored,
            Self::Gzip(decoder) => decoder.get_ref(),
            Self::Zstd(decoder) => decoder.get_ref(),
        }
    }

    fn into_stored(self) -> Stored<'a> {
        match self {
            Self::Plain(stored) => stored,
            Self::Gzip(decoder) => decoder.into_inner(),
            Self::Zstd(decoder) => decoder.finish(),
        }
    }
}

fn zstd_decoder<'a>(stored: Stored<'a>, limits: &Limits) -> Result<zstd::Decoder<'static, Stored<'a>>, Problem> {
    let refused = |error: io::Error| Problem::new(ProblemKind::Unsupported, format!("zstd refuses to start: {error}"));
    let mut decoder = zstd::Decoder::with_buffer(stored).map_err(refused)?;
    decoder.window_log_max(limits.window_bytes.max(1).ilog2()).map_err(refused)?;
    Ok(decoder)
}

fn compare(what: &str, expected: Option<&Digest>, found: &[Digest], problems: &mut Problems) -> Option<bool> {
    let expected = expected?;
    let found = found.iter().find(|found| found.algorithm() == expected.algorithm())?;
    let is_right = found == expected;
    if !is_right {
        let detail = format!("the {what} has the digest {found}, and the image says {expected}");
        problems.push(Problem::new(ProblemKind::DigestMismatch, detail));
    }
    Some(is_right)
}

fn unreadable(error: &io::Error) -> Problem {
    Problem::new(ProblemKind::Unreadable, format!("the layer cannot be read: {error}"))
}

fn undecodable(error: &io::Error) -> Problem {
    // zstd has no error kinds, only these words, for a window that is larger than the limit.
    let is_too_large = error.to_string().contains("too much memory");
    let kind = match error.kind() {
        io::ErrorKind::UnexpectedEof => ProblemKind::Truncated,
        _ if is_too_large => ProblemKind::TooLarge,
        _ => ProblemKind::Malformed,
    };
    Problem::new(kind, format!("the layer cannot be decompressed: {error}"))
}
