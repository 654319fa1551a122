"""GET /calendar/{word}.ics: a partner's calendar for other programs.

The secret word in the address is all that is asked for: such programs cannot sign in. There are days in it, and nothing
of anybody's rows.
"""

from anyio import to_thread
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response

from pages.components.routes import upload_stream
from workflow.messaging import calendar_feeds

PLACE = "/calendar"
LONGEST = 100
GONE = "This address opens no calendar. It may have been revoked: make a new one on the page Reporting calendar."


async def show(request: Request) -> Response:
    """The calendar; 404 for a word that is unknown or revoked, or whose partner left."""
    try:
        word, store = request.path_params["word"], await upload_stream.store()
        found = await to_thread.run_sync(calendar_feeds.feed, store, word) if len(word) <= LONGEST else None
    except Exception as error:
        return upload_stream.failed(error)
    if found is None:
        return PlainTextResponse(GONE, 404, upload_stream.NOT_KEPT)
    headers = {**upload_stream.NOT_KEPT, "Content-Disposition": 'inline; filename="concord.ics"'}
    return Response(found, headers=headers, media_type="text/calendar; charset=utf-8")
