#!/bin/sh
# Runs once, when PostgreSQL makes its data folder. Two roles: `owner` owns the tables and migrates;
# `portal` works with the rows and can neither switch off a trigger nor empty the audit trail.
set -eu
password() { sed -nE 's#^postgres://[^:]+:([^@]+)@.*#\1#p' "/run/secrets/$1"; }
owner=$(password owner_database_url)
portal=$(password database_url)
[ -n "$owner" ] && [ -n "$portal" ] || { echo "The database addresses hold no password." >&2; exit 1; }
psql -v ON_ERROR_STOP=1 -v owner="$owner" -v portal="$portal" -U "${POSTGRES_USER:-postgres}" -d postgres <<'SQL'
CREATE ROLE owner LOGIN PASSWORD :'owner';
CREATE ROLE portal LOGIN PASSWORD :'portal';
CREATE DATABASE portal OWNER owner;
REVOKE ALL ON DATABASE portal FROM PUBLIC;
GRANT CONNECT ON DATABASE portal TO portal;
\connect portal
ALTER SCHEMA public OWNER TO owner;
REVOKE CREATE ON SCHEMA public FROM PUBLIC;
GRANT USAGE ON SCHEMA public TO portal;
ALTER DEFAULT PRIVILEGES FOR ROLE owner IN SCHEMA public
    GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO portal;
ALTER DEFAULT PRIVILEGES FOR ROLE owner IN SCHEMA public GRANT USAGE, SELECT ON SEQUENCES TO portal;
SQL
