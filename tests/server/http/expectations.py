"""Who may do what: the reference that the access matrix is held against, written down and not computed.

Each line: a route, then the status that each caller gets for what belongs to the customer John: his
conversation (assigned to Sarah, before that to Mike), his message, ticket, contact, session; for messages
that are changed or deleted, Sarah's internal note; her own canned reply and saved view; a persona that is
open for direct messages; a room with John, Sarah and Mike in it; a notification to John. `visitor` and
`other` (another customer) have nothing to do with it, `foreign` is the admin of another organization.
"""

CALLERS = ("nobody", "visitor", "owner", "other", "assigned", "former", "admin", "foreign")

TABLE = """
GET    /healthz                                       200 200 200 200 200 200 200 200
GET    /readyz                                        200 200 200 200 200 200 200 200
GET    /openapi.json                                  200 200 200 200 200 200 200 200
GET    /live                                          400 400 400 400 400 400 400 400
POST   /auth/login                                    200 200 200 200 200 200 200 200
POST   /auth/logout                                   401 204 204 204 204 204 204 204
POST   /auth/switch                                   401 403 200 200 200 200 200 404
POST   /auth/password                                 401 403 401 401 401 401 401 401
GET    /sessions                                      401 200 200 200 200 200 200 200
DELETE /sessions/{session_id}                         401 404 204 404 404 404 404 404
GET    /api-keys                                      401 403 403 403 403 403 200 200
POST   /api-keys                                      401 403 403 403 403 403 201 201
DELETE /api-keys/{api_key_id}                         401 403 403 403 403 403 204 404
GET    /blocks                                        401 403 403 403 403 403 200 200
POST   /blocks                                        401 403 403 403 403 403 201 201
DELETE /blocks/{block_id}                             401 403 403 403 403 403 204 404
GET    /widget                                        401 401 401 401 401 401 401 401
POST   /visitors/session                              401 401 401 401 401 401 401 401
GET    /webhooks                                      401 403 403 403 403 403 200 200
POST   /webhooks                                      401 403 403 403 403 403 201 201
PATCH  /webhooks/{webhook_id}                         401 403 403 403 403 403 200 404
DELETE /webhooks/{webhook_id}                         401 403 403 403 403 403 204 404
POST   /webhooks/{webhook_id}/rotate                  401 403 403 403 403 403 200 404
GET    /webhooks/{webhook_id}/deliveries              401 403 403 403 403 403 200 404
POST   /webhooks/{webhook_id}/deliveries/{delivery_id}/replay 401 403 403 403 403 403 201 404
POST   /attachments                                   401 201 201 201 201 201 201 201
GET    /attachments/{attachment_id}                   401 404 200 404 200 404 200 404
GET    /me                                            401 200 200 200 200 200 200 200
GET    /me/unread                                     401 200 200 200 200 200 200 200
GET    /me/organizations                              401 200 200 200 200 200 200 200
PATCH  /me                                            401 200 200 200 200 200 200 200
GET    /members                                       401 403 403 403 200 200 200 200
PATCH  /members/{member_id}                           401 403 403 403 403 403 200 404
POST   /members/{member_id}/password-reset            401 403 403 403 403 403 201 404
POST   /password-resets                               202 202 202 202 202 202 202 202
POST   /password-resets/accept                        410 410 410 410 410 410 410 410
POST   /ways-back                                     410 410 410 410 410 410 410 410
GET    /invitations                                   401 403 403 403 403 403 200 200
POST   /invitations                                   401 403 403 403 403 403 201 201
DELETE /invitations/{invitation_id}                   401 403 403 403 403 403 204 404
POST   /invitations/accept                            410 410 410 410 410 410 410 410
GET    /audit                                         401 403 403 403 403 403 200 200
GET    /contacts                                      401 403 403 403 200 200 200 200
GET    /contacts/{contact_id}                         401 403 403 403 200 404 200 404
POST   /contacts                                      401 403 403 403 403 403 201 201
POST   /contacts/import                               401 403 403 403 403 403 200 200
PATCH  /contacts/{contact_id}                         401 403 403 403 200 404 200 404
POST   /contacts/{contact_id}/merge                   401 403 403 403 409 404 409 404
POST   /contacts/{contact_id}/erase                   401 403 403 403 403 403 200 404
GET    /contacts/{contact_id}/view                    401 403 403 403 403 403 200 404
GET    /contacts/{contact_id}/notes                   401 403 403 403 200 404 200 404
POST   /contacts/{contact_id}/notes                   401 403 403 403 201 404 201 404
DELETE /contacts/{contact_id}/notes/{contact_note_id} 401 403 403 403 204 404 204 404
POST   /backup                                        401 403 403 403 403 403 201 201
GET    /retention                                     401 403 403 403 403 403 200 200
POST   /retention/run                                 401 403 403 403 403 403 200 200
GET    /personas                                      401 200 200 200 200 200 200 200
POST   /personas                                      401 403 403 403 403 403 201 201
PATCH  /personas/{persona_id}                         401 403 403 403 403 403 200 404
DELETE /personas/{persona_id}                         401 403 403 403 403 403 204 404
GET    /direct-messages                               401 403 200 200 200 200 200 200
POST   /direct-messages                               401 403 201 201 201 201 201 404
GET    /groups                                        401 403 200 200 200 200 200 200
POST   /groups                                        401 403 403 403 403 403 201 201
GET    /groups/{group_id}                             401 403 200 404 200 200 200 404
PATCH  /groups/{group_id}                             401 403 403 403 403 403 200 404
GET    /groups/{group_id}/members                     401 403 200 404 200 200 200 404
PUT    /groups/{group_id}/members/{member_id}/mute    401 403 403 403 403 403 200 404
DELETE /groups/{group_id}/members/{member_id}/mute    401 403 403 403 403 403 204 404
POST   /notifications                                 401 403 403 403 403 403 201 404
GET    /notifications                                 401 403 403 403 403 403 200 200
GET    /notifications/{notification_id}               401 403 403 403 403 403 200 404
GET    /notifications/{notification_id}/recipients    401 403 403 403 403 403 200 404
GET    /organization                                  401 200 200 200 200 200 200 200
PATCH  /organization                                  401 403 403 403 403 403 200 200
GET    /conversations                                 401 200 200 200 200 200 200 200
POST   /conversations                                 401 201 201 201 201 201 201 201
POST   /conversations/bulk                            401 403 403 403 200 200 200 200
POST   /conversations/balance                         401 403 403 403 403 403 200 200
GET    /workload                                      401 403 403 403 200 200 200 200
GET    /conversations/{conversation_id}               401 404 200 404 200 404 200 404
PATCH  /conversations/{conversation_id}               401 403 403 403 200 404 200 404
POST   /conversations/{conversation_id}/merge         401 403 403 403 409 404 409 404
POST   /conversations/{conversation_id}/unmerge       401 403 403 403 404 404 404 404
PUT    /conversations/{conversation_id}/read          401 404 200 404 200 404 200 404
GET    /conversations/{conversation_id}/assignments   401 403 403 403 403 403 200 404
GET    /conversations/{conversation_id}/routing       401 403 403 403 403 403 200 404
GET    /conversations/{conversation_id}/transcript    401 403 403 403 200 404 200 404
GET    /conversations/{conversation_id}/messages      401 404 200 404 200 404 200 404
POST   /conversations/{conversation_id}/messages      401 404 201 404 201 404 201 404
GET    /conversations/{conversation_id}/draft         401 404 200 404 200 404 200 404
PUT    /conversations/{conversation_id}/draft         401 404 200 404 200 404 200 404
DELETE /conversations/{conversation_id}/draft         401 404 204 404 204 404 204 404
GET    /messages/{message_id}                         401 404 200 404 200 404 200 404
PATCH  /messages/{message_id}                         401 403 403 403 200 404 403 404
DELETE /messages/{message_id}                         401 403 403 403 204 404 403 404
GET    /escalations                                   401 403 403 403 200 200 200 200
GET    /tickets                                       401 403 403 403 200 200 200 200
GET    /tickets/{ticket_id}                           401 403 403 403 200 404 200 404
PATCH  /tickets/{ticket_id}                           401 403 403 403 200 404 200 404
GET    /portal/conversation                           401 201 200 201 403 403 403 403
GET    /canned-replies                                401 403 403 403 200 200 200 200
POST   /canned-replies                                401 403 403 403 201 201 201 201
GET    /canned-replies/{canned_reply_id}              401 403 403 403 200 404 404 404
PATCH  /canned-replies/{canned_reply_id}              401 403 403 403 200 404 404 404
DELETE /canned-replies/{canned_reply_id}              401 403 403 403 204 404 404 404
GET    /views                                         401 403 403 403 200 200 200 200
POST   /views                                         401 403 403 403 201 201 201 201
GET    /views/counts                                  401 403 403 403 200 200 200 200
GET    /views/{view_id}                               401 403 403 403 200 404 404 404
PATCH  /views/{view_id}                               401 403 403 403 200 404 404 404
DELETE /views/{view_id}                               401 403 403 403 204 404 404 404
GET    /sync/snapshot                                 401 200 200 200 200 200 200 200
GET    /events                                        401 403 403 403 200 200 200 200
"""


def expectations() -> dict[tuple[str, str], dict[str, int]]:
    """Status by (method, path) and caller."""
    lines = [line.split() for line in TABLE.strip().splitlines()]
    return {
        (method, path): dict(zip(CALLERS, map(int, statuses), strict=True))
        for method, path, *statuses in lines
    }
