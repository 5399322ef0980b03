"""What only the console does: one call from words to offers, and the chat."""

from collections.abc import AsyncIterator
from urllib.parse import urlsplit

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response
from starlette.websockets import WebSocket, WebSocketDisconnect, WebSocketState

from flight_search.domain.result import AskRequest, AskResult
from flight_search.services.ask import Asker
from flight_search.services.chat import Conversation
from flight_search.services.json_route import BODY_PROBLEMS, JsonRoute, problem_responses
from flight_search.services.problems import PROBLEM_TYPE, OriginError, problem_json, problem_of
from flight_search.services.state import AppState, ports_of, state_of

router = APIRouter(prefix="/v1", tags=["asking"], route_class=JsonRoute)


@router.post("/ask", responses=problem_responses(*BODY_PROBLEMS))
async def ask(request: Request, body: AskRequest) -> AskResult:
    """Understand a request in plain words and carry it out."""
    ports = ports_of(request)
    return await Asker(ports.need_intents(), ports.need_offers(), state_of(request).tally).ask(body)


@router.websocket("/chat")
async def chat(socket: WebSocket) -> None:
    """Talk: each message is answered by `understood`, `results`, `reply` and `done`, or by `problem`."""
    state = state_of(socket)
    if not _may_connect(socket, state):
        error = OriginError(
            "The page that opens this socket comes from another site.",
            remedy="Add its origin to FLIGHT_SEARCH_CHAT_ALLOWED_ORIGINS if it may.",
        )
        problem = problem_json(problem_of(error, instance="/v1/chat"))
        await socket.send_denial_response(
            Response(problem, status_code=error.status, media_type=PROBLEM_TYPE)
        )
        return
    await socket.accept()
    asker = Asker(state.ports.need_intents(), state.ports.need_offers(), state.tally)

    async def send(text: str) -> None:
        # Whoever has gone is noticed by ``_messages``; what was still to be said to them is lost with them.
        if socket.application_state is WebSocketState.CONNECTED:
            try:
                await socket.send_text(text)
            except WebSocketDisconnect:
                return

    conversation = Conversation(asker, state.chat, state.metrics, send, replies=state.ports.replies)
    await conversation.run(_messages(socket))


async def _messages(socket: WebSocket) -> AsyncIterator[bytes]:
    """Yield the messages of a client until it leaves or the server stops."""
    while True:
        message = await socket.receive()
        if message["type"] == "websocket.disconnect":
            return
        text = message.get("text")
        yield text.encode("utf-8", "surrogatepass") if text is not None else message.get("bytes") or b""


def _may_connect(socket: WebSocket, state: AppState) -> bool:
    """Browsers send the origin of the page; programs send none and are no risk to anybody's session."""
    origin = socket.headers.get("origin")
    if origin is None or origin in state.chat.allowed_origins:
        return True
    return urlsplit(origin).netloc.lower() == socket.headers.get("host", "").lower() != ""
