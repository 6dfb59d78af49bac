using LeafSeg.EdgeAgent.Faults;

namespace LeafSeg.EdgeAgent.Capture.Network;

internal enum StreamTransport
{
    Tcp,
    Udp,
}

/// <summary>A camera in the network: a stream that ffmpeg reads, or an address that gives one JPEG at each request.</summary>
internal sealed record CameraNetworkOptions
{
    private static readonly string[] Schemes = ["rtsp", "rtsps", "http", "https"];

    /// <summary>"rtsp://10.0.0.5/stream1", "http://10.0.0.5/video.mjpg", or with <see cref="Snapshot"/> "https://10.0.0.5/snapshot.jpg".</summary>
    public string Url { get; init; } = "";

    /// <summary>The address gives one picture at each request, which each trigger makes.</summary>
    public bool Snapshot { get; init; }

    public string? User { get; init; }

    public string? Password { get; init; }

    /// <summary>A file with the password, or the name of a systemd credential; in place of <see cref="Password"/>.</summary>
    public string? PasswordFile { get; init; }

    /// <summary>PEM file with the authorities that a snapshot camera's certificate may be signed by; null: those of the machine.</summary>
    public string? CaFile { get; init; }

    /// <summary>How pictures of an RTSP stream travel: over TCP none is torn.</summary>
    public StreamTransport Transport { get; init; } = StreamTransport.Tcp;

    /// <summary>A camera without a picture after this time is closed and opened again.</summary>
    public double DeadlineSeconds { get; init; } = 15;

    public static bool IsAddress(string text, out Uri? address) =>
        Uri.TryCreate(text, UriKind.Absolute, out address) && Schemes.Contains(address.Scheme) && address.Host.Length > 0;

    public IEnumerable<SettingProblem> Problems(string name)
    {
        // An address may hold a password: it is not shown.
        if (!IsAddress(Url, out Uri? address))
        {
            yield return new SettingProblem($"{name}.url", "another text", $"an address with one of {string.Join(", ", Schemes)}, such as \"rtsp://10.0.0.5/stream1\"");
        }
        else if (Snapshot && !address!.Scheme.StartsWith("http", StringComparison.Ordinal))
        {
            yield return new SettingProblem($"{name}.url", address.Scheme, "http or https where snapshot is true");
        }
        else if (address!.UserInfo.Length > 0 && User is not null)
        {
            yield return new SettingProblem($"{name}.user", "a user here and one in the address", "one of the two");
        }

        if (Password is not null && PasswordFile is not null)
        {
            yield return new SettingProblem($"{name}.passwordFile", PasswordFile, $"{name}.password or {name}.passwordFile, not both");
        }

        if ((Password ?? PasswordFile) is not null && User is null)
        {
            yield return new SettingProblem($"{name}.user", User, "a user for the password");
        }

        if (CaFile is not null && !Snapshot)
        {
            yield return new SettingProblem($"{name}.caFile", CaFile, "null where snapshot is false: ffmpeg takes the authorities of the machine");
        }

        if (DeadlineSeconds is not (>= 0.1 and <= 600))
        {
            yield return new SettingProblem($"{name}.deadlineSeconds", DeadlineSeconds, "0.1 to 600 seconds");
        }
    }
}
