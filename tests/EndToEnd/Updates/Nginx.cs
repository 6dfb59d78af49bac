using System.Net.Sockets;

namespace LeafSeg.EndToEnd.Updates;

/// <summary>The real web server on a free loopback port, with a folder of files.</summary>
internal sealed class Nginx : IDisposable
{
    private readonly string configuration;
    private ChildProcess? process;

    /// <param name="folder">Holds its settings and what it writes.</param>
    /// <param name="files">What it serves.</param>
    /// <param name="certificate">PEM files of its certificate and key; null: no TLS.</param>
    public Nginx(string folder, string files, (string Certificate, string Key)? certificate = null)
    {
        Port = Mosquitto.FreePort();
        Address = new Uri($"{(certificate is null ? "http" : "https")}://127.0.0.1:{Port}/");
        configuration = Path.Combine(folder, "nginx.conf");
        string tls = certificate is { } pem ? $"ssl_certificate {pem.Certificate}; ssl_certificate_key {pem.Key};" : "";
        string kept = string.Join(' ', new[] { "client_body", "proxy", "fastcgi", "uwsgi", "scgi" }.Select(what => $"{what}_temp_path {folder}/nginx-{what};"));
        File.WriteAllText(configuration, $$"""
            daemon off;
            master_process off;
            pid {{folder}}/nginx.pid;
            error_log {{folder}}/nginx-errors.log;
            events {}
            http {
                access_log {{folder}}/nginx-access.log;
                {{kept}}
                server {
                    listen 127.0.0.1:{{Port}}{{(certificate is null ? "" : " ssl")}};
                    {{tls}}
                    root {{files}};
                }
            }
            """);
    }

    public int Port { get; }

    public Uri Address { get; }

    public async Task StartAsync()
    {
        string program = File.Exists("/usr/sbin/nginx") ? "/usr/sbin/nginx" : "nginx";
        process = new ChildProcess(program, "-e", "stderr", "-c", configuration);
        await process.UntilAsync("nginx listens", async () =>
        {
            using TcpClient client = new();
            try
            {
                await client.ConnectAsync("127.0.0.1", Port, TestContext.Current.CancellationToken);
                return true;
            }
            catch (SocketException)
            {
                return false;
            }
        });
    }

    public void Dispose() => process?.Dispose();
}
