"""The vendors' own clients against the simulators: what satisfies them is their protocol.

Usage: clients.py PORT
"""

import sys
import threading
import traceback

from cartesia import Cartesia
from deepgram import DeepgramClient
from deepgram.core.events import EventType
from deepgram.environment import DeepgramClientEnvironment
from openai import AuthenticationError, OpenAI

KEY = "simulated"
TEXT = ["Where is my card? ", "It was due on Monday."]
PATIENCE = 30
TOOLS = [
    {
        "type": "function",
        "function": {"name": "book", "parameters": {"type": "object", "properties": {"day": {"type": "string"}}}},
    }
]

passed = failed = 0


def check(what, found, expected):
    global passed, failed
    if found == expected:
        passed += 1
        print(f"ok      {what}")
    else:
        failed += 1
        print(f"FAILED  {what}: {found!r} where {expected!r} was expected")


def part(name, body, *arguments):
    """What one client can't do does not keep the others from trying."""
    try:
        return body(*arguments)
    except Exception:
        traceback.print_exc()
        check(f"{name}: it goes to its end", "an error", "no error")


def streamed(client, messages):
    text, uses, finish, usage = "", {}, None, None
    for chunk in client.chat.completions.create(
        model="m", stream=True, stream_options={"include_usage": True}, messages=messages, tools=TOOLS
    ):
        usage = chunk.usage or usage
        for choice in chunk.choices:
            text += choice.delta.content or ""
            for piece in choice.delta.tool_calls or []:
                use = uses.setdefault(piece.index, {"id": "", "name": "", "arguments": ""})
                use["id"] += piece.id or ""
                use["name"] += piece.function.name or ""
                use["arguments"] += piece.function.arguments or ""
            finish = choice.finish_reason or finish
    return text, list(uses.values()), finish, usage


def chat(http):
    client = OpenAI(api_key=KEY, base_url=f"{http}/v1", max_retries=0, timeout=PATIENCE)
    messages = [{"role": "user", "content": "please book it"}]
    text, uses, finish, usage = streamed(client, messages)
    check("openai: the text of a stream", text, "One moment. ")
    check("openai: one tool is wanted", len(uses), 1)
    check("openai: the tool and its arguments", (uses[0]["name"], uses[0]["arguments"]), ("book", '{"day":"Tuesday","name":"Zoë"}'))
    check("openai: its end and its usage", (finish, usage.total_tokens > 0), ("tool_calls", True))
    messages += [
        {
            "role": "assistant",
            "content": text,
            "tool_calls": [
                {
                    "id": uses[0]["id"],
                    "type": "function",
                    "function": {"name": "book", "arguments": uses[0]["arguments"]},
                }
            ],
        },
        {"role": "tool", "tool_call_id": uses[0]["id"], "content": '{"booked": true}'},
    ]
    text, uses, finish, _ = streamed(client, messages)
    check("openai: what the tool said is answered", (text, uses, finish), ("It is booked.", [], "stop"))
    whole = client.chat.completions.create(model="m", messages=[{"role": "user", "content": "hello"}])
    check("openai: an answer in one piece", whole.choices[0].message.content, "Grüß Gott, how can I help?")
    check("openai: the models", [model.id for model in client.models.list()], ["simulated"])
    try:
        OpenAI(api_key="wrong", base_url=f"{http}/v1", max_retries=0).chat.completions.create(
            model="m", messages=messages
        )
        check("openai: a wrong key", "taken", "refused")
    except AuthenticationError as error:
        check("openai: a wrong key", (error.status_code, error.code), (401, "invalid_api_key"))


def speak(http, ws):
    """The sound of TEXT, which the recognizer is given then."""
    client = Cartesia(api_key=KEY, base_url=http, websocket_base_url=ws)
    audio, words, starts, ends, kinds = b"", [], [], [], []
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
                starts += event.word_timestamps.start
                ends += event.word_timestamps.end
    check("cartesia: each word has its time", (words, len(starts), len(ends)), ("".join(TEXT).split(), len(words), len(words)))
    check("cartesia: times go on, and end with the sound", (starts == sorted(starts), ends[-1] <= len(audio) / 8000), (True, True))
    check("cartesia: the utterance ends", kinds[-1], "done")
    check("cartesia: there is sound", len(audio) > 8000, True)
    return audio


def listen(http, ws, audio):
    environment = DeepgramClientEnvironment(base=http, production=ws, agent=ws, agent_rest=http)
    client = DeepgramClient(api_key=KEY, environment=environment)
    texts, words, kinds, errors, closed = [], [], set(), [], threading.Event()

    def took(message):
        kinds.add(message.type)
        if message.type == "Results" and message.is_final and message.channel.alternatives[0].transcript:
            best = message.channel.alternatives[0]
            texts.append((best.transcript, message.speech_final))
            words.extend(best.words)

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
        closed.wait(PATIENCE)
        reader.join(PATIENCE)
    check("deepgram: nothing failed", errors, [])
    check("deepgram: what was spoken was heard", texts, [("".join(TEXT), True)])
    check("deepgram: word by word, where it was", len(words) == 9 and all(word.end > word.start for word in words), True)
    check("deepgram: all kinds of messages", kinds, {"Results", "SpeechStarted", "UtteranceEnd", "Metadata"})


def main():
    address = f"127.0.0.1:{sys.argv[1]}"
    http, ws = f"http://{address}", f"ws://{address}"
    part("openai", chat, http)
    audio = part("cartesia", speak, http, ws)
    part("deepgram", listen, http, ws, audio or b"")
    print(f"{passed} passed, {failed} failed")
    sys.exit(failed > 0)


main()
