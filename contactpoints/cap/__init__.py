"""Messages of the Common Alerting Protocol: what of an alert goes out, and what of one comes in.

Reads only; the verbs are in `contactpoints/actions/cap.py` and `cap_out.py`, the format itself in
`bordercoop/formats/cap`. The mapping and its reasons: docs/cap.md.
"""
