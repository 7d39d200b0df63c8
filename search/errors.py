"""Everything that a search can refuse, as one tree.

SearchError
├── PhotoError                  what was sent can't be used as a photo
│   ├── NotAPhotoError          empty, or not in a format that Vitrina reads
│   │   ├── PhotoFileError          its file isn't there, or can't be read at the moment
│   │   └── UnsupportedPhotoError   in such a format, but in a variety of it that can't be decoded
│   ├── PhotoTooLargeError      too many bytes, or too many pixels to decode safely
│   ├── PhotoTooSmallError      too few pixels to say anything about
│   └── DamagedPhotoError       a photo once, but cut off or corrupt
├── DecodingBusyError           too many photos are being decoded at once
├── QueryError                  a limit, filter, weight or box that makes no sense
├── UnknownProductError         the index has no such product
├── HistoryError                another index can't be made live
│   ├── UnknownSnapshotError    it is not among those that are kept
│   ├── IndexMovedError         another one has become live since that was decided
│   └── IndexBusyError          a build is at work
├── BundleError                 a model bundle that can't be opened or doesn't hold together
├── EvaluationError             an evaluation that can't be shown
│   ├── NoEvaluationError       nothing was evaluated yet, or there is none of this id
│   └── DamagedEvaluationError   its files are missing or can't be read
└── IndexUnavailableError       nothing to search in
    ├── NoIndexError            no snapshot was ever published here
    ├── OtherModelError         the snapshot was made by another model than the one at hand
    ├── UnknownStoreError       its vectors are kept by an engine that this version doesn't know
    ├── OtherCatalogueError     the snapshot was made of a later state of the catalogue, or of another catalogue
    ├── StoreUnavailableError   its vectors are kept by an engine that doesn't answer at the moment
    └── DamagedSnapshotError    the snapshot's files contradict its manifest
"""


class SearchError(Exception):
    """The root: catch it to catch every error that this package raises on purpose."""


class PhotoError(SearchError):
    """A photo that can't be used; the message says why and what would do."""


class NotAPhotoError(PhotoError):
    """The bytes are empty or in no format that Vitrina reads."""


class PhotoFileError(NotAPhotoError):
    """The file isn't there, or the system can't read it at the moment; it says nothing of the photo itself."""


class UnsupportedPhotoError(NotAPhotoError):
    """The format is known and the data may be sound, but this variety of the format can't be decoded."""


class PhotoTooLargeError(PhotoError):
    """More bytes, pixels, memory or seconds than decoding may take; found out before it begins, as far as possible."""


class PhotoTooSmallError(PhotoError):
    """So few pixels that nothing can be recognised."""


class DamagedPhotoError(PhotoError):
    """The format is known, but the data is cut off or corrupt."""


class DecodingBusyError(SearchError):
    """A sound photo, perhaps, but there is no room to decode it at the moment."""


class QueryError(SearchError):
    """A search parameter outside its range."""


class UnknownProductError(SearchError):
    """A product id that the live index doesn't hold."""


class HistoryError(SearchError):
    """An earlier or later index that can't be made live; nothing was changed."""


class UnknownSnapshotError(HistoryError):
    """A snapshot that was never built, or is no longer kept."""


class IndexMovedError(HistoryError):
    """The live index is not the one that a decision was based on."""


class IndexBusyError(HistoryError):
    """A build holds the lock."""


class BundleError(SearchError):
    """A model bundle that is missing, incomplete or altered."""


class EvaluationError(SearchError):
    """An evaluation of the model that can't be shown; the message says what to run."""


class NoEvaluationError(EvaluationError):
    """Nothing was evaluated yet, or there is no such evaluation."""


class DamagedEvaluationError(EvaluationError):
    """An evaluation whose files are missing or can't be read."""


class IndexUnavailableError(SearchError):
    """There is no usable index; the message says what to run."""


class NoIndexError(IndexUnavailableError):
    """No snapshot has been published in the index directory."""


class OtherModelError(IndexUnavailableError):
    """The snapshot holds another model's vectors; comparing them with this model's would be noise."""


class OtherCatalogueError(IndexUnavailableError):
    """The catalogue isn't the one that the snapshot was made of: an earlier one was brought back beside it."""


class UnknownStoreError(IndexUnavailableError):
    """The vectors are, or shall be, kept by an engine that doesn't exist here."""


class StoreUnavailableError(IndexUnavailableError):
    """The engine that keeps the vectors doesn't answer, or hasn't all of them at hand yet; it may a moment later."""


class DamagedSnapshotError(IndexUnavailableError):
    """A snapshot whose files are missing or don't match its manifest."""
