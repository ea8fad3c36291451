# Made by scripts/macos.sh
cask "gatewatch" do
  version "@VERSION@"
  sha256 "@DMG_SHA256@"

  url "@DOWNLOADS_VERSION@/@DMG_FILE@"
  name "@NAME@"
  desc "@SUMMARY@"
  homepage "@HOMEPAGE@"

  depends_on macos: ">= :monterey"

  app "Gatewatch.app"
  binary "#{appdir}/Gatewatch.app/Contents/MacOS/gatewatch"

  zap trash: [
    "~/Library/Application Support/gatewatch",
    "~/Library/LaunchAgents/org.gatewatch.Gatewatch.plist",
  ]
end
