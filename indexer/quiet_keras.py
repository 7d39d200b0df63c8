"""Importing Keras without TensorFlow's start-up chatter: on a machine without a GPU it reads like a failure."""

import os
import sys
import tempfile
from types import ModuleType


def import_keras() -> ModuleType:
    """The ``keras`` module, TensorFlow loaded behind it and its devices found.

    TensorFlow's C++ parts write to the process's standard error before any logging can be set up, so that is put aside
    meanwhile. If the import fails, all that was said is shown.
    """
    if "tensorflow" in sys.modules:
        import keras

        return keras
    sys.stderr.flush()
    kept = os.dup(2)
    try:
        with tempfile.TemporaryFile() as aside:
            os.dup2(aside.fileno(), 2)
            try:
                import keras
                import tensorflow as tf

                tf.config.list_physical_devices()
            except BaseException:
                aside.seek(0)
                os.write(kept, aside.read())
                raise
            finally:
                os.dup2(kept, 2)
    finally:
        os.close(kept)
    return keras
