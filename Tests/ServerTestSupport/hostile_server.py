"""An OpenAI-compatible server that does what it is told, step by step: python3 hostile_server.py SCRIPT [--cert FILE --key FILE]

SCRIPT is a JSON object:
  models   what GET /v1/models lists; null: 404
  loading  answers to GET /v1/models before that: [{"status", "headers"}]
  key      the bearer token it wants; absent: none
  steps    what the replies are, one per request in the order of arrival; the last one goes on for ever
  by_text  in place of steps: {text of the question: its own steps}
It prints its port, and answers GET /log with all requests it has seen, headers included.

A step is an object; "do" says what happens:
  answer (default)  {"text", "finish", "usage", "delay", "reasoning", "echo": the question's own text is the answer}
  status            {"status", "headers", "body"}
  cut               closes the connection, after "after" bytes of a good reply
  stall             sends headers and then nothing
  endless           a stream without an end; "pause" seconds between events; "comment": only keep-alive lines
  huge              a reply of "bytes" bytes
  unclosed          a good stream, but the connection stays open
  raw               {"body" (latin-1), "type"}: status 200
"""
import hashlib
import http.server
import json
import socket
import ssl
import sys
import threading
import time


class Script:
    def __init__(self, script):
        self.models = script.get("models", ["tiny"])
        self.key = script.get("key")
        self.loading = script.get("loading", [])
        self.steps = script.get("steps", [{}])
        self.by_text = script.get("by_text", {})
        self.lock = threading.Lock()
        self.counts = {}
        self.log = []
        self.lists = 0
        self.under_way = 0
        self.most_under_way = 0

    def step(self, text):
        with self.lock:
            steps = self.by_text.get(text)
            name = text if steps is not None else None
            steps = self.steps if steps is None else steps
            place = self.counts.get(name, 0)
            self.counts[name] = place + 1
            return steps[min(place, len(steps) - 1)]


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    script = None

    def log_message(self, *arguments):
        pass

    def reply(self, status, body, kind="application/json", headers=()):
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        for name, value in headers:
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)

    def is_let_in(self):
        wanted = self.script.key
        if wanted is None or self.headers.get("Authorization") == "Bearer " + wanted:
            return True
        sent = self.headers.get("Authorization", "")
        error = {"message": "Incorrect API key provided: " + sent, "type": "invalid_request_error",
                 "code": "invalid_api_key"}
        self.reply(401, json.dumps({"error": error}).encode())
        return False

    def do_GET(self):
        script = self.script
        script.lists += self.path == "/v1/models"
        if self.path == "/log":
            with script.lock:
                seen = {"requests": script.log, "lists": script.lists, "most_under_way": script.most_under_way}
            self.reply(200, json.dumps(seen).encode())
        elif not self.is_let_in():
            pass
        elif self.path == "/v1/models" and script.loading:
            step = script.loading.pop(0)
            self.reply(step["status"], b'{"error": {"message": "Loading model"}}',
                       headers=list(step.get("headers", {}).items()))
        elif self.path == "/v1/models" and script.models is not None:
            data = [m if isinstance(m, dict) else {"id": m, "object": "model", "created": int(time.time()),
                                                   "owned_by": "tests", "max_model_len": 4096}
                    for m in script.models]
            self.reply(200, json.dumps({"object": "list", "data": data}).encode())
        else:
            self.reply(404, b'{"detail": "Not Found"}')

    def do_POST(self):
        script = self.script
        body = self.rfile.read(int(self.headers["Content-Length"]))
        if not self.is_let_in():
            return
        request = json.loads(body)
        parts = request["messages"][0]["content"]
        text = "".join(p["text"] for p in parts if p["type"] == "text")
        images = [p["image_url"]["url"] for p in parts if p["type"] == "image_url"]
        entry = {"path": self.path, "headers": dict(self.headers), "text": text, "time": time.time(),
                 "images": [{"start": i[:40], "sha256": hashlib.sha256(i.encode()).hexdigest()} for i in images],
                 "settings": {k: v for k, v in request.items() if k != "messages"}}
        with script.lock:
            script.log.append(entry)
            script.under_way += 1
            script.most_under_way = max(script.most_under_way, script.under_way)
        try:
            self.act(script.step(text), request, text)
        except (BrokenPipeError, ConnectionResetError, ssl.SSLError):
            self.close_connection = True
        finally:
            with script.lock:
                script.under_way -= 1

    def act(self, step, request, text):
        kind = step.get("do", "answer")
        time.sleep(step.get("delay", 0))
        if kind == "answer" or kind == "unclosed":
            self.answer(step, request, text, closes=kind == "answer")
        elif kind == "status":
            body = step.get("body", "")
            body = json.dumps(body) if not isinstance(body, str) else body
            self.reply(step["status"], body.encode(), step.get("type", "application/json"),
                       list(step.get("headers", {}).items()))
        elif kind == "raw":
            self.reply(200, step["body"].encode("latin-1"), step.get("type", "application/json"))
        elif kind == "cut":
            whole = b'HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nContent-Length: 100000\r\n\r\n' \
                    b'data: {"choices": [{"delta": {"content": "half an ans'
            self.wfile.write(whole[:step.get("after", 0)])
            self.wfile.flush()
            self.connection.shutdown(socket.SHUT_RDWR)
            self.close_connection = True
        elif kind == "stall":
            self.send_response(200)
            self.send_header("Content-Type", "text/event-stream")
            self.end_headers()
            self.wfile.flush()
            time.sleep(step.get("seconds", 3600))
        elif kind == "endless":
            self.start_stream()
            while True:
                self.chunk(b": still here\n\n" if step.get("comment") else self.event({"content": "more "}))
                time.sleep(step.get("pause", 0))
        elif kind == "huge":
            self.send_response(200)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(step["bytes"]))
            self.end_headers()
            self.wfile.write(b'{"choices": [{"message": {"content": "')
            left = step["bytes"]
            while left > 0:
                left -= self.wfile.write(b"x" * min(left, 1 << 20))

    def answer(self, step, request, text, closes):
        answer = text if step.get("echo") else step.get("text", "yes")
        usage = step.get("usage", {"prompt_tokens": 100, "completion_tokens": 10, "total_tokens": 110})
        finish = step.get("finish", "stop")
        if not request.get("stream"):
            message = {"role": "assistant", "content": answer}
            if "reasoning" in step:
                message["reasoning_content"] = step["reasoning"]
            reply = {"id": "x", "model": request["model"], "system_fingerprint": "build-1",
                     "choices": [{"index": 0, "message": message, "finish_reason": finish}]}
            if usage:
                reply["usage"] = usage
            self.reply(200, json.dumps(reply).encode())
            return
        self.start_stream()
        self.chunk(self.event({"role": "assistant", "content": ""}))
        if "reasoning" in step:
            self.chunk(self.event({"reasoning_content": step["reasoning"]}))
        # In the middle of letters: pieces end where they like.
        data = self.event({"content": answer}, ascii_only=False)
        for start in range(0, len(data), 7):
            self.chunk(data[start:start + 7])
        self.chunk(self.event({}, finish))
        if usage and request.get("stream_options", {}).get("include_usage"):
            self.chunk(b"data: " + json.dumps({"choices": [], "usage": usage}).encode() + b"\r\n\r\n")
        self.chunk(b"data: [DONE]\n\n")
        if closes:
            self.wfile.write(b"0\r\n\r\n")
            self.wfile.flush()
        else:
            time.sleep(3600)

    def start_stream(self):
        self.send_response(200)
        self.send_header("Content-Type", "text/event-stream; charset=utf-8")
        self.send_header("Transfer-Encoding", "chunked")
        self.end_headers()

    def event(self, delta, finish=None, ascii_only=True):
        value = {"model": "tiny", "system_fingerprint": "build-1",
                 "choices": [{"index": 0, "delta": delta, "finish_reason": finish}]}
        return b"data: " + json.dumps(value, ensure_ascii=ascii_only).encode() + b"\n\n"

    def chunk(self, data):
        self.wfile.write(b"%x\r\n" % len(data) + data + b"\r\n")
        self.wfile.flush()


class Server(http.server.ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 256

    def handle_error(self, request, address):
        pass


def main():
    with open(sys.argv[1]) as file:
        Handler.script = Script(json.load(file))
    server = Server(("127.0.0.1", 0), Handler)
    if "--cert" in sys.argv:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(sys.argv[sys.argv.index("--cert") + 1], sys.argv[sys.argv.index("--key") + 1])
        server.socket = context.wrap_socket(server.socket, server_side=True)
    print(server.server_address[1], flush=True)
    # Ends with the process that started it: its standard input closes.
    threading.Thread(target=server.serve_forever, daemon=True).start()
    sys.stdin.read()


main()
