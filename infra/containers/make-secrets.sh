#!/bin/sh
# Makes the secrets that docker-compose.yml reads, in ./secrets or the directory named. What is there already is kept.
# The certificates are made by openssl.
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

# Key and request of one side, signed for ten years by the authority beside it: certified server CN extensions
certified() {
  openssl req -new -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -subj "/CN=$2" -keyout "$1.key" -out "$1.csr"
  printf '%s\n' "$3" > "$1.extensions"
  openssl x509 -req -in "$1.csr" -CA authority.crt -CAkey authority.key -set_serial "0x$(random 16)" -days 3650 -extfile "$1.extensions" -out "$1.crt"
}

# By these the engine and those who speak to it know each other. The authority is of this installation alone, and its key is thrown away:
# nobody can make another certificate that counts. New ones: delete the five files, run this again, and start everything anew.
engine_certificates() {
  for name in engine_authority engine_server_certificate engine_server_key engine_client_certificate engine_client_key; do
    if [ ! -e "$directory/$name" ]; then missing=yes; fi
  done
  if [ -z "${missing:-}" ]; then return; fi
  if ! command -v openssl > /dev/null; then
    echo 'openssl is needed to make certificates; install it and run this again' >&2
    exit 1
  fi
  made="$directory/certificates.unfinished"
  rm -rf "$made" && mkdir -m 700 "$made"
  if ! (
    cd "$made"
    openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 3650 -subj '/CN=Bihuan engine' -keyout authority.key -out authority.crt &&
      certified server temporal "$(printf 'subjectAltName=DNS:temporal\nextendedKeyUsage=serverAuth')" &&
      certified client bihuan 'extendedKeyUsage=clientAuth'
  ) 2> "$made/said"; then
    cat "$made/said" >&2
    exit 1
  fi
  chmod 644 "$made/server.key" "$made/client.key"
  mv "$made/server.crt" "$directory/engine_server_certificate"
  mv "$made/server.key" "$directory/engine_server_key"
  mv "$made/client.crt" "$directory/engine_client_certificate"
  mv "$made/client.key" "$directory/engine_client_key"
  mv "$made/authority.crt" "$directory/engine_authority"
  rm -rf "$made"
  echo "made the engine's certificates in $directory"
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
engine_certificates
