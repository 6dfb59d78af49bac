using System.Net.Sockets;
using LeafSeg.Common.Imaging;
using LeafSeg.Common.Tests;
using LeafSeg.EdgeAgent.Capture;
using LeafSeg.EdgeAgent.Capture.Network;
using LeafSeg.EdgeAgent.Faults;
using LeafSeg.EdgeAgent.Telemetry;
using LeafSeg.EndToEnd;
using Microsoft.Extensions.Logging.Abstractions;

namespace LeafSeg.EdgeAgent.Tests.Capture.Network;

/// <summary>A real web server over TLS that asks for user and password, as a camera does.</summary>
public sealed class SnapshotCameraTests : IDisposable
{
    private readonly TemporaryFolder folder = new();
    private int port;

    private static CancellationToken Now => TestContext.Current.CancellationToken;

    public void Dispose() => folder.Dispose();

    [Fact]
    public async Task Each_trigger_requests_a_picture_with_user_password_and_tls()
    {
        using ChildProcess server = await ServeAsync();
        using IFrameSource camera = Camera(server, new() { User = "rig", PasswordFile = Write("password", "sécret\n") });
        await camera.OpenAsync(Now);
        RgbImage first = new(8, 6);
        new Random(1).NextBytes(first.Pixels);
        ImageFile.Write(At("plants.png"), first);
        Assert.Equal(first.Pixels, (await camera.TakeAsync(Now))!.Image.Pixels);
        Assert.True(camera.IsLive);
    }

    [Theory]
    [InlineData(null, "401")]
    [InlineData("wrong", "401")]
    public async Task A_wrong_password_is_reported_and_never_shown(string? password, string reported)
    {
        using ChildProcess server = await ServeAsync();
        using IFrameSource camera = Camera(server, new() { User = password is null ? null : "rig", Password = password });
        CameraException refused = await Assert.ThrowsAsync<CameraException>(() => camera.OpenAsync(Now));
        Assert.Contains(reported, refused.Message, StringComparison.Ordinal);
        Assert.Contains("camera.network.user", refused.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("wrong", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_unknown_authority_a_page_in_place_of_a_picture_and_a_torn_picture_are_reported()
    {
        using ChildProcess server = await ServeAsync();
        using (IFrameSource stranger = Camera(server, new() { User = "rig", Password = "sécret" }, knowsAuthority: false))
        {
            Assert.Contains("certificate", (await Assert.ThrowsAsync<CameraException>(() => stranger.OpenAsync(Now))).Message, StringComparison.Ordinal);
        }

        using IFrameSource camera = Camera(server, new() { User = "rig", Password = "sécret" });
        byte[] whole = await File.ReadAllBytesAsync(At("plants.png"), Now);
        await File.WriteAllBytesAsync(At("plants.png"), whole[..20], Now);
        CameraException torn = await Assert.ThrowsAsync<CameraException>(() => camera.TakeAsync(Now));
        Assert.True(torn.CanReadAgain);
        File.Delete(At("plants.png"));
        Assert.Contains("404", (await Assert.ThrowsAsync<CameraException>(() => camera.TakeAsync(Now))).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Wrong_settings_are_told_with_their_full_names_and_without_an_address_that_may_hold_a_password()
    {
        Assert.Equal(["c.url"], new CameraNetworkOptions { Url = "rig:secret@host" }.Problems("c").Select(p => p.Setting));
        Assert.DoesNotContain("secret", string.Concat(new CameraNetworkOptions { Url = "rig:secret@host" }.Problems("c")), StringComparison.Ordinal);
        Assert.Equal(["c.url"], new CameraNetworkOptions { Url = "rtsp://host/a", Snapshot = true }.Problems("c").Select(p => p.Setting));
        Assert.Equal(
            ["c.passwordFile", "c.user", "c.caFile", "c.deadlineSeconds"],
            new CameraNetworkOptions { Url = "http://host/a", Password = "a", PasswordFile = "b", CaFile = "d", DeadlineSeconds = 0 }.Problems("c").Select(p => p.Setting));
    }

    [Fact]
    public void A_file_of_authorities_that_holds_no_certificate_is_refused()
    {
        string empty = Write("empty.pem", "nothing\n");
        AgentException refused = Assert.Throws<AgentException>(() => FrameSources.Of(
            new CameraOptions { Network = new CameraNetworkOptions { Url = "https://127.0.0.1/a.jpg", Snapshot = true, CaFile = empty } },
            "camera", new Counters(), TimeProvider.System, NullLoggerFactory.Instance));
        Assert.Contains("camera.network.caFile", refused.Message, StringComparison.Ordinal);
    }

    private IFrameSource Camera(ChildProcess server, CameraNetworkOptions options, bool knowsAuthority = true)
    {
        Assert.False(server.HasExited, server.Errors);
        return FrameSources.Of(
            new CameraOptions { Network = options with { Url = $"https://127.0.0.1:{port}/plants.png", Snapshot = true, CaFile = knowsAuthority ? At("ca.pem") : null } },
            "camera", new Counters(), TimeProvider.System, NullLoggerFactory.Instance);
    }

    private async Task<ChildProcess> ServeAsync()
    {
        using Authority authority = new(folder.Path);
        (string certificate, string key) = authority.Issue("camera");
        using (ChildProcess hash = new("openssl", "passwd", "-apr1", "sécret"))
        {
            Assert.Equal(0, await hash.ExitCodeAsync());
            Write("users", $"rig:{hash.Output[0]}\n");
        }

        ImageFile.Write(At("plants.png"), new RgbImage(8, 6));
        port = LoopbackPorts.Free();
        string kept = string.Concat(new[] { "client_body", "proxy", "fastcgi", "uwsgi", "scgi" }.Select(what => $"{what}_temp_path {At(what)};"));
        string configuration = Write("nginx.conf", $$"""
            daemon off; master_process off; user root; pid {{At("nginx.pid")}}; error_log {{At("errors.log")}}; events {}
            http {
                access_log off; {{kept}}
                server {
                    listen 127.0.0.1:{{port}} ssl; ssl_certificate {{certificate}}; ssl_certificate_key {{key}};
                    root {{folder.Path}}; auth_basic camera; auth_basic_user_file {{At("users")}};
                }
            }
            """);
        ChildProcess server = new(File.Exists("/usr/sbin/nginx") ? "/usr/sbin/nginx" : "nginx", "-e", "stderr", "-c", configuration);
        await server.UntilAsync("the server listens", async () =>
        {
            using TcpClient client = new();
            try
            {
                await client.ConnectAsync("127.0.0.1", port, Now);
                return true;
            }
            catch (SocketException)
            {
                return server.HasExited;
            }
        });
        return server;
    }

    private string At(string file) => Path.Combine(folder.Path, file);

    private string Write(string file, string text)
    {
        File.WriteAllText(At(file), text);
        return At(file);
    }
}
