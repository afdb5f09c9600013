#!/bin/sh
# Brings the engine's two databases, which exist, to the schema of this release; safe to repeat. Runs in temporalio/admin-tools.
set -eu

# The tool takes the password from its environment only; here it is in that of this short-lived process and nowhere else.
SQL_PASSWORD="$(cat "$SQL_PASSWORD_FILE")"
export SQL_PASSWORD

bring_up_to_date() {
  SQL_DATABASE="$1" temporal-sql-tool setup-schema -v 0.0
  SQL_DATABASE="$1" temporal-sql-tool update-schema --schema-name "$2"
}

bring_up_to_date temporal postgresql/v12/temporal
bring_up_to_date temporal_visibility postgresql/v12/visibility
