#!/bin/bash
# A recipe for AWS SSO Tray.app. NEVER RUN: written without a Mac; see installer/README.md.
#
#     installer/macos/build_app.sh PYTHON
#
# PYTHON is the folder of a Python 3.11 or newer that runs wherever it lies (python-build-standalone's "install_only"
# archives do; python.org's framework does not).
set -euo pipefail
PYTHON=$(cd "$1" && pwd)
cd "$(dirname "$0")/../.."
VERSION=$("$PYTHON/bin/python3" -c 'import tomllib; print(tomllib.load(open("pyproject.toml", "rb"))["project"]["version"])')
APP="dist/macos/AWS SSO Tray.app"
rm -rf "$APP"
mkdir -p "$APP/Contents/MacOS" "$APP/Contents/Resources"
cp -R "$PYTHON" "$APP/Contents/Resources/python"

# Packages as plain files in that Python's own folder, so that pystray (LGPL) can be replaced and each program of ours finds them.
"$APP/Contents/Resources/python/bin/python3" -m pip install .

"$APP/Contents/Resources/python/bin/python3" -c \
    'import sys; from aws_sso_tray.icon import emblem; emblem(1024).save(sys.argv[1])' "$APP/Contents/Resources/icon.icns"

for command in "aws-sso-tray aws_sso_core.cli.main" "aws-sso-trayw aws_sso_tray.app"; do
    read -r name module <<<"$command"
    cat >"$APP/Contents/MacOS/$name" <<END
#!/bin/bash
exec "\$(cd "\$(dirname "\$0")/../Resources" && pwd)/python/bin/python3" -I -c "import sys; from $module import main; sys.exit(main())" "\$@"
END
    chmod +x "$APP/Contents/MacOS/$name"
done

cat >"$APP/Contents/Info.plist" <<END
<?xml version="1.0" encoding="UTF-8"?>
<!DOCTYPE plist PUBLIC "-//Apple//DTD PLIST 1.0//EN" "http://www.apple.com/DTDs/PropertyList-1.0.dtd">
<plist version="1.0"><dict>
    <key>CFBundleIdentifier</key><string>com.github.aws-sso-tray</string>
    <key>CFBundleName</key><string>AWS SSO Tray</string>
    <key>CFBundleIconFile</key><string>icon</string>
    <key>CFBundleExecutable</key><string>aws-sso-trayw</string>
    <key>CFBundlePackageType</key><string>APPL</string>
    <key>CFBundleShortVersionString</key><string>$VERSION</string>
    <key>CFBundleVersion</key><string>$VERSION</string>
    <key>LSUIElement</key><true/>
    <key>NSHighResolutionCapable</key><true/>
</dict></plist>
END
echo "$APP"
echo "Next: codesign --deep --options runtime --sign ID, xcrun notarytool submit, xcrun stapler staple; hdiutil create for a .dmg."
