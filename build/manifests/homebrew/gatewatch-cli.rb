# Made by scripts/release/manifests.mjs
class GatewatchCli < Formula
  desc "@SUMMARY@, without a window"
  homepage "@HOMEPAGE@"
  version "@VERSION@"
  license "@LICENCE@"

  on_macos do
    url "@DOWNLOADS_VERSION@/@MACOS_FILE@"
    sha256 "@MACOS_SHA256@"
  end

  on_linux do
    on_intel do
      url "@DOWNLOADS_VERSION@/@STATIC_AMD64_FILE@"
      sha256 "@STATIC_AMD64_SHA256@"
    end
    on_arm do
      url "@DOWNLOADS_VERSION@/@STATIC_ARM64_FILE@"
      sha256 "@STATIC_ARM64_SHA256@"
    end
  end

  def install
    bin.install "bin/gatewatch"
    man1.install Dir["share/man/man1/*"]
    bash_completion.install "share/bash-completion/completions/gatewatch"
    zsh_completion.install "share/zsh/site-functions/_gatewatch"
    fish_completion.install "share/fish/vendor_completions.d/gatewatch.fish"
    doc.install Dir["share/doc/gatewatch/*"]
  end

  service do
    run [opt_bin/"gatewatch", "watch"]
    keep_alive crashed: true
  end

  test do
    assert_match version.to_s, shell_output("#{bin}/gatewatch version --json")
  end
end
