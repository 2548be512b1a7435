# Makes Chromium trust the run's certificate authority, which another service may still be making; then serves WebDriver to this
# container alone.
set -eu
export HOME=/root
tries=0
until [ -s "$AUTHORITY/ca.pem" ]; do
    tries=$((tries + 1))
    if [ "$tries" -gt 300 ]; then
        echo "browser: $AUTHORITY/ca.pem was not there within 30 s: does another service with the same volume make it?" >&2
        exit 1
    fi
    sleep 0.1
done
mkdir -p "$HOME/.pki/nssdb"
certutil -d "sql:$HOME/.pki/nssdb" -N --empty-password
certutil -d "sql:$HOME/.pki/nssdb" -A -t C,, -n run -i "$AUTHORITY/ca.pem"
exec chromedriver --port=9515 --log-level=WARNING
