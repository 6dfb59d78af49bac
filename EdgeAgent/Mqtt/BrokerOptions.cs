using LeafSeg.EdgeAgent.Faults;

namespace LeafSeg.EdgeAgent.Mqtt;

/// <summary>The MQTT broker that results go to.</summary>
internal sealed record BrokerOptions
{
    /// <summary>"HOST:PORT", "ws://HOST:PORT/PATH" or "wss://HOST:PORT/PATH" for a broker behind a websocket, or "embedded" ("embedded:PORT") for a broker inside this program, on loopback.</summary>
    public string Address { get; init; } = "127.0.0.1:1883";

    public string? User { get; init; }

    public string? Password { get; init; }

    /// <summary>A file with the user's name, or the name of a systemd credential; in place of <see cref="User"/>.</summary>
    public string? UserFile { get; init; }

    /// <summary>A file with the password, or the name of a systemd credential; in place of <see cref="Password"/>.</summary>
    public string? PasswordFile { get; init; }

    public TlsOptions Tls { get; init; } = new();

    public int KeepAliveSeconds { get; init; } = 30;

    /// <summary>How long the broker keeps the rig's session; more than the longest outage planned for.</summary>
    public double SessionExpiryHours { get; init; } = 168;

    /// <summary>A broker that has not answered after this time is taken as lost.</summary>
    public double TimeoutSeconds { get; init; } = 15;

    /// <summary>Wait before the second attempt to connect; doubled with each further one.</summary>
    public double RetryFirstSeconds { get; init; } = 1;

    public double RetryLongestSeconds { get; init; } = 60;

    public IEnumerable<SettingProblem> Problems(string name)
    {
        if (!BrokerAddress.TryParse(Address, out BrokerAddress? address))
        {
            yield return new SettingProblem($"{name}.address", Address, BrokerAddress.Expected);
        }
        else if (address is { WebSocket: not null, IsSecureWebSocket: false } && Tls.Enabled)
        {
            yield return new SettingProblem($"{name}.address", Address, $"wss://, since {name}.tls.enabled is true");
        }

        if (User is not null && UserFile is not null)
        {
            yield return new SettingProblem($"{name}.userFile", UserFile, $"nothing, since there is a {name}.user");
        }

        if (Password is not null && PasswordFile is not null)
        {
            yield return new SettingProblem($"{name}.passwordFile", PasswordFile, $"nothing, since there is a {name}.password");
        }

        if ((Password ?? PasswordFile) is not null && (User ?? UserFile) is null)
        {
            yield return new SettingProblem($"{name}.user", User, $"a user, since there is a password");
        }

        foreach (SettingProblem problem in Tls.Problems($"{name}.tls", address?.IsSecureWebSocket == true))
        {
            yield return problem;
        }

        if (KeepAliveSeconds is not (>= 1 and <= 3600))
        {
            yield return new SettingProblem($"{name}.keepAliveSeconds", KeepAliveSeconds, "1 to 3600 seconds");
        }

        if (SessionExpiryHours is not (>= 0 and <= 24 * 365))
        {
            yield return new SettingProblem($"{name}.sessionExpiryHours", SessionExpiryHours, "0 to 8760 hours");
        }

        if (TimeoutSeconds is not (>= 1 and <= 600))
        {
            yield return new SettingProblem($"{name}.timeoutSeconds", TimeoutSeconds, "1 to 600 seconds");
        }

        if (RetryFirstSeconds is not (>= 0.1 and <= 3600))
        {
            yield return new SettingProblem($"{name}.retryFirstSeconds", RetryFirstSeconds, "0.1 to 3600 seconds");
        }

        if (RetryLongestSeconds < RetryFirstSeconds || RetryLongestSeconds > 3600)
        {
            yield return new SettingProblem($"{name}.retryLongestSeconds", RetryLongestSeconds, $"{name}.retryFirstSeconds to 3600 seconds");
        }
    }
}
