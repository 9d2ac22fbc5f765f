"""A hundred clients of one server at once, some of them rude: python3 crowd.py ADDRESS IMAGE LEAVING

Every second one has its answer streamed. LEAVING more go away in the middle of the head, the body or the answer.
It prints {"replies": [[status, text or Retry-After, how many]], "elsewhere": whether another address of this machine
answers}. Python's standard library is all it needs.
"""
import base64
import collections
import concurrent.futures
import http.client
import json
import socket
import sys

PORT = int(sys.argv[1].split(":")[2].split("/")[0])
with open(sys.argv[2], "rb") as image:
    URL = "data:image/png;base64," + base64.b64encode(image.read()).decode()


def body(streams, limit):
    content = [{"type": "image_url", "image_url": {"url": URL}}, {"type": "text", "text": "What is this?"}]
    return json.dumps({"model": "tiny", "max_tokens": limit, "stream": streams,
                       "messages": [{"role": "user", "content": content}]})


def ask(streams):
    connection = http.client.HTTPConnection("127.0.0.1", PORT, timeout=300)
    connection.request("POST", "/v1/chat/completions", body(streams, 4))
    reply = connection.getresponse()
    said = reply.read().decode()
    if reply.status != 200:
        return reply.status, reply.headers["Retry-After"]
    if not streams:
        return 200, json.loads(said)["choices"][0]["message"]["content"]
    events = [json.loads(line[6:]) for line in said.split("\n") if line.startswith("data: {")]
    return 200, "".join(e["choices"][0]["delta"].get("content", "") for e in events if e["choices"])


def leave(place):
    data = body(True, 400)
    head = f"POST /v1/chat/completions HTTP/1.1\r\nHost: x\r\nContent-Length: {len(data)}\r\n\r\n"
    whole = (head + data).encode()
    with socket.create_connection(("127.0.0.1", PORT), timeout=300) as rude:
        rude.sendall(whole[:[40, len(whole) // 2, len(whole)][place % 3]])
        if place % 3 == 2:
            rude.recv(200)


def main():
    with concurrent.futures.ThreadPoolExecutor(100) as pool:
        gone = [pool.submit(leave, place) for place in range(int(sys.argv[3]))]
        asked = [pool.submit(ask, place % 2 == 0) for place in range(100)]
        for future in gone:
            future.result()
        replies = collections.Counter(future.result() for future in asked)
    with socket.socket() as other:
        elsewhere = other.connect_ex(("127.0.0.2", PORT)) == 0
    print(json.dumps({"replies": [[*reply, count] for reply, count in replies.items()], "elsewhere": elsewhere}))


main()
