# Installs a headless Chromium and playwright-core, which drives it: Debian's chromium (as root), the other from npm in
# ~/.cache/rhelm/html. Sets CHROMIUM and NODE_PATH for a test that Node runs.
#
# usage: . scripts/install-chromium.sh        (in a script that has `fail`)
command -v npm >/dev/null || fail "needs Node.js with npm"
CHROMIUM=$(command -v chromium || true)
if [ -z "$CHROMIUM" ]; then
    apt-get update -qq && apt-get install -y -qq chromium fonts-dejavu-core >/dev/null ||
        fail "cannot install Debian's chromium"
    CHROMIUM=$(command -v chromium)
fi
browser_cache=$HOME/.cache/rhelm/html
mkdir -p "$browser_cache"
[ -d "$browser_cache/node_modules/playwright-core" ] ||
    (cd "$browser_cache" && npm install --silent --no-audit --no-fund playwright-core@1) ||
    fail "cannot install playwright-core"
NODE_PATH=$browser_cache/node_modules
export CHROMIUM NODE_PATH
