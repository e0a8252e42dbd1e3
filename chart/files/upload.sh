#!/bin/sh
# Encrypts and uploads what the dump made, reads it back, and then removes the oldest backups.
set -eu

fail() { echo "backup failed: $*" >&2; exit 1; }

# No configuration file: everything by the environment, and keys never as arguments.
export RCLONE_CONFIG=/tmp/rclone.conf
: >"$RCLONE_CONFIG"
export RCLONE_CONFIG_STORE_TYPE=s3 RCLONE_CONFIG_STORE_ENV_AUTH=true RCLONE_CONFIG_STORE_NO_CHECK_BUCKET=true
export RCLONE_CONFIG_STORE_REGION="$S3_REGION" RCLONE_CONFIG_STORE_FORCE_PATH_STYLE="$S3_PATH_STYLE"
if [ -n "$S3_ENDPOINT" ]; then
  export RCLONE_CONFIG_STORE_PROVIDER=Other RCLONE_CONFIG_STORE_ENDPOINT="$S3_ENDPOINT"
else
  export RCLONE_CONFIG_STORE_PROVIDER=AWS
fi
# Names stay readable, so that backups can be listed without the key; contents are encrypted and tamper-proof.
export RCLONE_CONFIG_VAULT_TYPE=crypt RCLONE_CONFIG_VAULT_REMOTE="store:$DESTINATION"
export RCLONE_CONFIG_VAULT_FILENAME_ENCRYPTION=off RCLONE_CONFIG_VAULT_DIRECTORY_NAME_ENCRYPTION=false
RCLONE_CONFIG_VAULT_PASSWORD=$(printf %s "$BACKUP_PASSWORD" | rclone obscure -)
RCLONE_CONFIG_VAULT_PASSWORD2=$(printf %s "$BACKUP_SALT" | rclone obscure -)
export RCLONE_CONFIG_VAULT_PASSWORD RCLONE_CONFIG_VAULT_PASSWORD2
unset BACKUP_PASSWORD BACKUP_SALT

name=$(cat /work/NAME)

# The manifest goes last: a backup counts only with it.
rclone copy --exclude manifest.json "/work/$name" "vault:$name"
rclone copy --include manifest.json "/work/$name" "vault:$name"

# What counts is what can be read back and decrypted.
while read -r sum file; do
  got=$(rclone cat "vault:$name/$file" | sha256sum | cut -d' ' -f1)
  [ "$got" = "$sum" ] || fail "$name/$file reads back as $got, expected $sum"
done </work/SHA256SUMS
echo "uploaded and read back $DESTINATION/$name"

# Only now, and only complete ones under our own prefix with our own form of name, the newest always kept.
complete=$(rclone lsf -R --files-only --include '/mlflow_backup_*/manifest.json' vault: |
  sed -n 's|^\(mlflow_backup_[0-9]\{8\}_[0-9]\{6\}\)/manifest\.json$|\1|p' | sort -r)
echo "$complete" | grep -qx "$name" || fail "$name is not in the listing after its upload"
echo "$complete" | tail -n "+$((RETENTION + 1))" | while read -r old; do
  [ -n "$old" ] && [ "$old" != "$name" ] || continue
  rclone purge "vault:$old"
  echo "removed $old: $RETENTION backups are kept"
done
