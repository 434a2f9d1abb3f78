"""Writing films and sounds anew, inside the locked process.

What comes out is made of pictures and samples only: no note, place, name, caption or cover of the
source gets through. Films become MP4 with H.264 and AAC, sounds MP3: what every browser plays.
"""

from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path
from typing import Any

import av
from av.audio.frame import AudioFrame
from av.audio.stream import AudioStream
from av.container import OutputContainer
from av.filter import Graph
from av.packet import Packet
from av.video.frame import VideoFrame
from av.video.stream import VideoStream

from app.media.limits import FRAME_RATE_MAX
from app.media.reels import Reel, Refused, check_size

FRAME_RATE = 30  # Faster films lose the pictures in between.
TICKS = 90_000  # Of a second, in which pictures are timed.
SAMPLE_RATE = 48_000
SOUND_BITS = {"mono": 80_000, "stereo": 128_000}  # A second.
PICTURE_BITS_MAX = 4_000_000
FILM_BYTES = 90 * 1024 * 1024  # What a long film is pressed into.
USUAL_SECONDS = 180  # If a film does not say how long it is.
ENOUGH = Fraction(9, 10)  # Of what a file says it holds; with less, it was torn.
QUARTER_TURNS = {
    -90: (("transpose", "clock"),),
    90: (("transpose", "cclock"),),
    180: (("hflip", ""), ("vflip", "")),
    -180: (("hflip", ""), ("vflip", "")),
}


def cut_film(
    reel: Reel, path: Path, *, size: tuple[int, int], is_silent: bool = False
) -> dict[str, Any]:
    """Write the film to `path` in `size`. Raises: Refused; av.FFmpegError if it is damaged."""
    assert reel.pictures is not None
    sound = None if is_silent else reel.sound
    options = {"movflags": "+faststart", "fflags": "+bitexact"}
    with av.open(str(path), "w", format="mp4", options=options) as sink:
        pictures = _Pictures(reel, sink, size)
        track = None if sound is None else _Sound(reel, sink, "aac", sound)
        for kind, frame in _frames(reel, sound):
            if kind == "pictures":
                pictures.take(frame)
            elif track is not None:
                track.take(frame)
        pictures.end(loops=is_silent)
        if track is not None:
            track.end()
    _check_whole(reel, pictures.seconds)
    return pictures.told() | ({} if track is None else track.told())


def cut_sound(reel: Reel, path: Path) -> dict[str, Any]:
    """Write the sound to `path`. Raises: Refused; av.FFmpegError if it is damaged."""
    assert reel.sound is not None
    options = {"id3v2_version": "0", "write_id3v1": "0", "fflags": "+bitexact"}
    with av.open(str(path), "w", format="mp3", options=options) as sink:
        track = _Sound(reel, sink, "libmp3lame", reel.sound)
        for _, frame in _frames(reel, reel.sound):
            track.take(frame)
        track.end()
    _check_whole(reel, track.seconds)
    return {"duration_ms": round(track.seconds * 1_000)} | track.told()


def _frames(reel: Reel, sound: AudioStream | None) -> Iterator[tuple[str, Any]]:
    """Yield the frames of a film in their order; what cannot be decoded is passed over."""
    streams = [s for s in (reel.pictures, sound) if s is not None]
    for packet in reel.container.demux(*streams):
        kind = "pictures" if packet.stream is reel.pictures else "sound"
        for frame in decoded(packet):
            yield kind, frame


def decoded(packet: "Packet[Any]") -> list[Any]:
    """Return the frames of a packet; none if it is damaged, as a tear in a film is skipped."""
    try:
        return list(packet.decode())
    except av.error.EOFError:
        return []
    except av.error.InvalidDataError:
        return []


def _check_whole(reel: Reel, seconds: Fraction) -> None:
    if seconds < (reel.claimed_seconds or 0) * ENOUGH - 1:
        raise Refused("damaged")


class _Pictures:
    """The pictures of a film, upright, in one size, and not too many a second."""

    def __init__(self, reel: Reel, sink: OutputContainer, size: tuple[int, int]) -> None:
        assert reel.pictures is not None
        self._reel = reel
        self._sink = sink
        self._size = size
        self._turns: dict[int, Graph] = {}
        self._seen = 0
        self._last: VideoFrame | None = None
        self._last_tick = self._next_tick = 0
        self._ends_at = Fraction(0)
        self._rate = _usual_rate(reel.pictures)
        self._stream = self._open(reel)

    @property
    def seconds(self) -> Fraction:
        """How long it lasts so far."""
        return self._ends_at

    def take(self, frame: VideoFrame) -> None:
        """Write a frame, unless it comes too soon after the last one."""
        check_size(frame.width, frame.height)
        self._seen += 1
        at = _time_of(frame, self._reel, otherwise=self._ends_at)
        if at > self._reel.seconds_max or self._seen > self._reel.seconds_max * FRAME_RATE_MAX:
            raise Refused("too_long")
        lasts = frame.duration * (frame.time_base or Fraction(0)) or 1 / self._rate
        if at >= 0:
            self._ends_at = max(self._ends_at, at + min(lasts, Fraction(self._reel.seconds_max)))
        tick = round(at * TICKS)
        if tick >= self._next_tick:
            self._write(self._drawn(frame), tick)

    def end(self, *, loops: bool) -> None:
        """Write what the encoder still holds."""
        if self._last is None:
            raise Refused("damaged")
        last_tick = round(self._ends_at * TICKS) - TICKS // FRAME_RATE
        if loops and last_tick > self._last_tick:  # The last picture of a loop lasts its time.
            self._write(self._last, last_tick)
        self._sink.mux(self._stream.encode(None))

    def told(self) -> dict[str, Any]:
        """Return what is known of the pictures now."""
        rate = Fraction(self._rate).limit_denominator(1_001)
        return {
            "duration_ms": max(1, round(self._ends_at * 1_000)),
            "frame_rate": [rate.numerator, rate.denominator],
        }

    def _open(self, reel: Reel) -> VideoStream:
        stream = self._sink.add_stream("libx264", rate=Fraction(self._rate))
        stream.width, stream.height = self._size
        stream.pix_fmt = "yuv420p"
        stream.codec_context.time_base = Fraction(1, TICKS)
        stream.codec_context.thread_count = 2
        most = picture_bits(reel.claimed_seconds)
        stream.options = {
            "preset": "veryfast",
            "crf": "23",
            "maxrate": str(most),
            "bufsize": str(2 * most),
            "profile": "high",
        }
        return stream

    def _drawn(self, frame: VideoFrame) -> VideoFrame:
        width, height = self._size
        return self._upright(frame).reformat(width, height, "yuv420p")

    def _upright(self, frame: VideoFrame) -> VideoFrame:
        if frame.rotation not in QUARTER_TURNS:
            return frame
        if frame.rotation not in self._turns:
            self._turns[frame.rotation] = turning(frame)
        graph = self._turns[frame.rotation]
        graph.vpush(frame)
        return graph.vpull()

    def _write(self, frame: VideoFrame, tick: int) -> None:
        frame.pts, frame.time_base = tick, Fraction(1, TICKS)
        frame.pict_type = 0  # The encoder chooses anew which pictures stand for themselves.
        self._sink.mux(self._stream.encode(frame))
        self._last, self._last_tick = frame, tick
        self._next_tick = tick + TICKS // FRAME_RATE - TICKS // 250  # Clocks are not exact.


def _time_of(frame: VideoFrame | AudioFrame, reel: Reel, *, otherwise: Fraction) -> Fraction:
    """Return when a frame is due, in seconds from the beginning."""
    if frame.pts is None or frame.time_base is None:
        return otherwise
    return frame.pts * frame.time_base - reel.begins_at


def _usual_rate(stream: VideoStream) -> Fraction:
    rate = stream.average_rate or stream.guessed_rate or Fraction(25)
    return min(max(Fraction(rate), Fraction(1)), Fraction(FRAME_RATE))


def picture_bits(seconds: Fraction | None) -> int:
    """Return how many bits a second of pictures may take, so that a long film fits."""
    room = FILM_BYTES * 8 / (seconds or USUAL_SECONDS) - SOUND_BITS["stereo"]
    return round(min(PICTURE_BITS_MAX, room))


def turning(frame: VideoFrame) -> Graph:
    """Return what turns frames like this one upright."""
    graph = Graph()
    first = graph.add_buffer(
        width=frame.width,
        height=frame.height,
        format=frame.format,
        time_base=frame.time_base or Fraction(1, TICKS),
    )
    steps = [graph.add(name, given) for name, given in QUARTER_TURNS[frame.rotation]]
    graph.link_nodes(first, *steps, graph.add("buffersink")).configure()
    return graph


class _Sound:
    """The sound of a film, or alone: in two channels at most, in time with the pictures."""

    def __init__(self, reel: Reel, sink: OutputContainer, codec: str, source: AudioStream) -> None:
        self._reel = reel
        self._sink = sink
        self._layout = "mono" if source.channels == 1 else "stereo"
        self._graph: Graph | None = None
        self._samples = 0
        self._next = Fraction(0)
        stream = sink.add_stream(codec, rate=SAMPLE_RATE)
        assert isinstance(stream, AudioStream)
        self._stream = stream
        self._stream.layout = self._layout
        self._stream.bit_rate = SOUND_BITS[self._layout]

    @property
    def seconds(self) -> Fraction:
        """How long it lasts so far."""
        return Fraction(self._samples, SAMPLE_RATE)

    def take(self, frame: AudioFrame) -> None:
        """Write some samples; gaps become silence."""
        at = _time_of(frame, self._reel, otherwise=self._next)
        self._next = at + Fraction(frame.samples, frame.sample_rate or SAMPLE_RATE)
        if self._next > self._reel.seconds_max:
            raise Refused("too_long")
        frame.time_base = Fraction(1, frame.sample_rate)
        frame.pts = round(at * frame.sample_rate)
        if self._graph is None:
            self._graph = self._mixing(frame)
        self._graph.push(frame)
        self._write()

    def end(self) -> None:
        """Write what is still held back."""
        if self._graph is not None:
            self._graph.push(None)
            self._write()
        if self._samples == 0 and self._reel.pictures is None:
            raise Refused("damaged")
        self._sink.mux(self._stream.encode(None))

    def told(self) -> dict[str, Any]:
        """Return what is known of the sound now."""
        return {"channels": 1 if self._layout == "mono" else 2, "sample_rate": SAMPLE_RATE}

    def _mixing(self, frame: AudioFrame) -> Graph:
        graph = Graph()
        first = graph.add_abuffer(
            sample_rate=frame.sample_rate,
            format=frame.format,
            layout=frame.layout,
            time_base=frame.time_base,
        )
        timed = graph.add("aresample", f"{SAMPLE_RATE}:async=1000:first_pts=0")
        form = {"sample_fmts": "fltp", "channel_layouts": self._layout}
        shaped = graph.add("aformat", ":".join(f"{k}={v}" for k, v in form.items()))
        graph.link_nodes(first, timed, shaped, graph.add("abuffersink")).configure()
        return graph

    def _write(self) -> None:
        assert self._graph is not None
        while True:
            try:
                frame = self._graph.pull()
            except (av.error.BlockingIOError, av.error.EOFError):
                return
            assert isinstance(frame, AudioFrame)
            self._samples += frame.samples
            self._sink.mux(self._stream.encode(frame))
