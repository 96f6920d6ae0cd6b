"""Answers like the portal's own manage.py, as far as the supervisor asks; counts its starts."""

import os
import sys
import time

import psycopg2

command = sys.argv[1]
if command == "prepare":
    with psycopg2.connect(os.environ["DATABASE_URL"]) as link, link.cursor() as cursor:
        cursor.execute("CREATE TABLE IF NOT EXISTS starts (at timestamptz DEFAULT now())")
        cursor.execute("INSERT INTO starts DEFAULT VALUES")
        cursor.execute("SELECT count(*) FROM starts")
        print(f"start number {cursor.fetchone()[0]}")
elif command == "demo":
    print("dgp.duty")
elif command == "relay":
    while True:
        time.sleep(1)
elif command == "catalogues":
    print("compiled")
else:
    sys.exit(f"unknown command {command}")
