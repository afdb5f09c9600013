#!/bin/sh
# Makes the secrets that docker-compose.yml reads, in ./secrets or the directory named. What is there already is kept.
set -eu

directory="${1:-secrets}"
mkdir -p "$directory"
# Containers read the files as users of their own, so everybody may read them; that nobody else on this machine does is up to the directory.
chmod 700 "$directory"
umask 022

random() {
  od -An -N"${1:-24}" -tx1 /dev/urandom | tr -d ' \n'
}

# An Ed25519 key: 32 random bytes behind the sixteen with which PKCS #8 says what they are.
signing_key() {
  echo '-----BEGIN PRIVATE KEY-----'
  { printf '\060\056\002\001\000\060\005\006\003\053\145\160\004\042\004\040'; dd if=/dev/urandom bs=32 count=1 2>/dev/null; } | base64
  echo '-----END PRIVATE KEY-----'
}

# Written aside and renamed: an interrupted run leaves no empty secret.
keep() {
  if [ -e "$directory/$1" ]; then return; fi
  printf '%s\n' "$2" > "$directory/$1.unfinished"
  mv "$directory/$1.unfinished" "$directory/$1"
  echo "made $directory/$1"
}

# 32 bytes in base64, under the day as its id. Whoever loses this file loses all personal data.
master_keys() {
  id="key-$(date -u +%Y%m%d)"
  printf '{"current":"%s","keys":{"%s":"%s"}}' "$id" "$id" "$(head -c 32 /dev/urandom | base64 | tr -d '\n')"
}

keep postgres_password "$(random)"
keep service_db_password "$(random)"
keep worker_db_password "$(random)"
keep api_db_password "$(random)"
keep engine_db_password "$(random)"
keep admin_password "$(random)"
keep master_keys "$(master_keys)"
keep sign_in_key "$(random 32)"
keep database_url "postgresql://bihuan:$(cat "$directory/service_db_password")@postgres:5432/bihuan"
keep worker_database_url "postgresql://bihuan_worker_login:$(cat "$directory/worker_db_password")@postgres:5432/bihuan"
keep api_database_url "postgresql://bihuan_api_login:$(cat "$directory/api_db_password")@postgres:5432/bihuan"
keep audit_signing_key "$(signing_key)"
