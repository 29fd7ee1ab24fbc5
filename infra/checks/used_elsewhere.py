"""Names that vulture takes for unused although a library, a client or an annotation uses them.

`make check` gives vulture this file together with `src`. A name that is listed here counts as used in all of `src`.
So add a name only where vulture cannot see its use, and write above it what uses it. Code that only tests use does not
belong here: move it to `tests/`.
"""

# PyAV and FFmpeg read these attributes of frames, packets and streams.
_.thread_count
_.pix_fmt
_.color_primaries
_.color_trc
_.colorspace
_.color_range
_.bit_rate
_.pts
_.dts
_.time_base
_.duration

# PyAV calls the reader of a file, and the function that opens further files, in this form.
_.readable
_.seekable
flags

# A cast in `adapters.audio.decoding` names it in a string.
CodecContext

# Numba calls these of a locator and a cache, and reads the cache of a function that it compiles.
_.from_function
_.get_cache_path
_.ensure_cache_path
_.get_source_stamp
_.get_disambiguator
_._cache

# Alembic reads these of a migration, and calls `downgrade` for `alembic downgrade`.
down_revision
branch_labels
depends_on
downgrade

# A test reads it of a migration that takes something away.
unused_since

# SQLAlchemy reads and calls these of a column type.
_.impl
_.cache_ok
_.process_bind_param
_.process_result_value

# `logging` calls this of a formatter.
_.formatTime
datefmt

# asyncio calls it of a connection, and uvicorn reads the attribute of a request.
_.data_received
_.disconnected
_.keep_alive

# Litestar calls these of a plugin that renders the OpenAPI document.
_.render
_.receive_router

# Fields of the wire: clients read those of responses, msgspec fills those of requests.
_.title
_.expires_in
_.guest
_.email_confirmed
_.mz_request_id
_.mz_result_id
_.regenerate_mz_result_id
_.latest_mz_result_id
_.mz_survey_id
_.languages
_.shortest_seconds
_.longest_seconds
_.largest_bytes
_.mz_request_list
_.mz_result_list
_.mz_request
_.mz_result
_.ata
_.recording_erase_at
_.faces_erase_at
_.condition_image_url
_.condition_gif_url
_.condition_loop_url
_.condition_image_rating
_.voice_gif_url
_.voice_loop_url
_.voice_image_rating
_.user_phone
_.sns_time
_.image_rating_reason
_.voice_to_face_rating
_.dissatisfy_reason
_.additional_function
_.face_to_gif_rating
_.more_gif
_.more_gif_type
_.waiting
_.waiting_improvement
_.recommend
_.opinion
_.expires_in

# Fields of an export: users read them, and their programs.
_.missing_files
_.attempts
_.tries

# `zipfile` reads these of an entry.
_.compress_type
_._compresslevel

# `taskiq worker` is given this name on its command line.
create_broker
