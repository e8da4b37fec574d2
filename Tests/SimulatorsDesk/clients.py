"""The vendors' own clients against the simulators: what satisfies them is their protocol.

Usage: clients.py PORT
"""

import sys
import threading

from cartesia import Cartesia
from deepgram import DeepgramClient
from deepgram.core.events import EventType
from deepgram.environment import DeepgramClientEnvironment
from openai import AuthenticationError, OpenAI

KEY = "simulated"
TEXT = ["Where is my card? ", "It was due on Monday."]


def check(what, found, expected):
    if found != expected:
        sys.exit(f"{what}: {found!r} where {expected!r} was expected")
    print(f"ok   {what}")


def chat(http):
    client = OpenAI(api_key=KEY, base_url=f"{http}/v1", max_retries=0)
    text, name, arguments, finish, usage = "", None, "", None, None
    question = [{"role": "user", "content": "please book it"}]
    tools = [{"type": "function", "function": {"name": "book", "parameters": {"type": "object"}}}]
    for chunk in client.chat.completions.create(
        model="m", stream=True, stream_options={"include_usage": True}, messages=question, tools=tools
    ):
        usage = chunk.usage or usage
        for choice in chunk.choices:
            text += choice.delta.content or ""
            for call in choice.delta.tool_calls or []:
                name = call.function.name or name
                arguments += call.function.arguments or ""
            finish = choice.finish_reason or finish
    check("openai: the text of a stream", text, "One moment. ")
    check("openai: a tool", (name, arguments), ("book", '{"day":"Tuesday","name":"Zoë"}'))
    check("openai: its end and its usage", (finish, usage.total_tokens > 0), ("tool_calls", True))
    whole = client.chat.completions.create(model="m", messages=[{"role": "user", "content": "hello"}])
    check("openai: an answer in one piece", whole.choices[0].message.content, "Grüß Gott, how can I help?")
    try:
        OpenAI(api_key="wrong", base_url=f"{http}/v1", max_retries=0).chat.completions.create(
            model="m", messages=question
        )
        sys.exit("openai: a wrong key was taken")
    except AuthenticationError as error:
        check("openai: a wrong key", (error.status_code, error.code), (401, "invalid_api_key"))


def speak(http, ws):
    """The sound of TEXT, which the recognizer is given then."""
    client = Cartesia(api_key=KEY, base_url=http, websocket_base_url=ws)
    audio, words, kinds = b"", [], []
    with client.tts.websocket_connect() as connection:
        context = connection.context(
            model_id="sonic-3",
            voice={"mode": "id", "id": "v"},
            output_format={"container": "raw", "encoding": "pcm_mulaw", "sample_rate": 8000},
            add_timestamps=True,
        )
        for text in TEXT:
            context.push(text)
        context.no_more_inputs()
        for event in context.receive():
            kinds.append(event.type)
            if event.type == "chunk":
                audio += event.audio or b""
            if event.type == "timestamps":
                words += event.word_timestamps.words
    check("cartesia: the words have times", words, "".join(TEXT).split())
    check("cartesia: the utterance ends", kinds[-1], "done")
    check("cartesia: there is sound", len(audio) > 8000, True)
    return audio


def listen(http, ws, audio):
    environment = DeepgramClientEnvironment(base=http, production=ws, agent=ws, agent_rest=http)
    client = DeepgramClient(api_key=KEY, environment=environment)
    texts, kinds, errors, closed = [], set(), [], threading.Event()

    def took(message):
        kinds.add(message.type)
        if message.type == "Results" and message.is_final and message.channel.alternatives[0].transcript:
            texts.append((message.channel.alternatives[0].transcript, message.speech_final))

    with client.listen.v1.connect(
        model="nova-3", encoding="mulaw", sample_rate=8000, interim_results=True, endpointing=300,
        utterance_end_ms=1000, vad_events=True,
    ) as connection:
        connection.on(EventType.MESSAGE, took)
        connection.on(EventType.ERROR, errors.append)
        connection.on(EventType.CLOSE, lambda _: closed.set())
        reader = threading.Thread(target=connection.start_listening)
        reader.start()
        for start in range(0, len(audio), 160):
            connection.send_media(audio[start : start + 160])
        connection.send_media(b"\xff" * 12000)
        connection.send_keep_alive()
        connection.send_finalize()
        connection.send_close_stream()
        closed.wait(30)
        reader.join(30)
    check("deepgram: nothing failed", errors, [])
    check("deepgram: what was spoken was heard", texts, [("".join(TEXT), True)])
    check("deepgram: all kinds of messages", kinds, {"Results", "SpeechStarted", "UtteranceEnd", "Metadata"})


def main():
    address = f"127.0.0.1:{sys.argv[1]}"
    http, ws = f"http://{address}", f"ws://{address}"
    chat(http)
    listen(http, ws, speak(http, ws))


main()
