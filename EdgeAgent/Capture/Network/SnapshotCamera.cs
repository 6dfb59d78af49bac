using System.Globalization;
using System.Net;
using System.Net.Security;
using System.Security.Cryptography;
using LeafSeg.Common.Downloads;
using LeafSeg.Common.Imaging;
using LeafSeg.EdgeAgent.Faults;

namespace LeafSeg.EdgeAgent.Capture.Network;

/// <summary>A camera that gives one picture at each HTTP request.</summary>
internal sealed class SnapshotCamera : IFrameSource
{
    private const long MostBytes = 200_000_000;
    private readonly CameraNetworkOptions options;
    private readonly CameraAddress address;
    private readonly string setting;
    private readonly HttpClient client;

    /// <exception cref="AgentException">The authorities cannot be read.</exception>
    public SnapshotCamera(CameraNetworkOptions options, CameraAddress address, string setting)
    {
        (this.options, this.address, this.setting) = (options, address, setting);
        client = new HttpClient(Handler()) { Timeout = Timeout.InfiniteTimeSpan, MaxResponseContentBufferSize = MostBytes };
    }

    public bool IsLive => true;

    public Task OpenAsync(CancellationToken cancellationToken) => TakeAsync(cancellationToken);

    public async Task<CameraPicture?> TakeAsync(CancellationToken cancellationToken)
    {
        using CancellationTokenSource deadline = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        deadline.CancelAfter(TimeSpan.FromSeconds(options.DeadlineSeconds));
        try
        {
            using HttpResponseMessage answer = await client.GetAsync(address.Plain, deadline.Token);
            if (answer.StatusCode is HttpStatusCode.Unauthorized or HttpStatusCode.Forbidden)
            {
                throw Lost($"the camera refuses the request ({(int)answer.StatusCode}); expected {setting}.user and its password to be right");
            }

            if (!answer.IsSuccessStatusCode)
            {
                throw Lost($"found the answer {(int)answer.StatusCode} ({answer.ReasonPhrase}), expected a picture");
            }

            byte[] bytes = await answer.Content.ReadAsByteArrayAsync(deadline.Token);
            return new CameraPicture { Image = ImageFile.Decode(bytes, address.ToString()), Source = address.ToString(), ExposureUs = null };
        }
        catch (ImageFileException e)
        {
            throw new CameraException($"{address}: gave something that is no whole picture ({e.Message})", e) { CanReadAgain = true };
        }
        catch (HttpRequestException e)
        {
            throw Lost(e.InnerException?.Message ?? e.Message, e);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            throw Lost(string.Create(CultureInfo.InvariantCulture, $"not a picture within {options.DeadlineSeconds:0.#} s ({setting}.deadlineSeconds)"));
        }
    }

    public void Dispose() => client.Dispose();

    private CameraException Lost(string what, Exception? cause = null) => new($"{address}: {address.Hide(what)}", cause);

    private SocketsHttpHandler Handler()
    {
        SocketsHttpHandler handler = new() { UseCookies = false, AllowAutoRedirect = false, PooledConnectionIdleTimeout = TimeSpan.FromSeconds(30) };
        if (address.Login is { } login)
        {
            handler.Credentials = new CredentialCache { { address.Plain, "Digest", login }, { address.Plain, "Basic", login } };
        }

        if (options.CaFile is not { } file)
        {
            return handler;
        }

        try
        {
            handler.SslOptions = new SslClientAuthenticationOptions { CertificateChainPolicy = Authorities.TrustOnly(file) };
            return handler;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or CryptographicException)
        {
            throw new AgentException(ExitCode.Setting, $"{setting}.caFile: found \"{file}\" ({e.Message}); expected a PEM file with one or more certificates", e);
        }
    }
}
