using System.CommandLine;
using System.Globalization;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using LeafSeg.Common.Messages;
using LeafSeg.ModelTraining.Faults;
using MQTTnet;
using MQTTnet.Exceptions;
using MQTTnet.Formatter;
using MQTTnet.Protocol;

namespace LeafSeg.ModelTraining.Releasing;

/// <summary>How the broker of the rigs is reached, and what is published there.</summary>
internal sealed class FleetOptions
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(15);

    /// <summary>What is retained comes at once; so long after the last of it there is no more.</summary>
    private static readonly TimeSpan Silence = TimeSpan.FromSeconds(1);

    private readonly Option<string?> user = new("--user") { Description = "User at the broker (deploy/mosquitto has one for requests: releases)" };
    private readonly Option<string?> passwordFile = new("--password-file") { Description = "File whose first line is that user's password", HelpName = "FILE" };
    private readonly Option<string?> authority = new("--ca") { Description = "Connect with TLS, to a broker whose certificate one of this PEM file has signed", HelpName = "FILE" };

    public Option<string?> Broker { get; } = new("--broker") { Description = "Broker of the rigs", HelpName = "HOST:PORT" };

    public void AddTo(Command command)
    {
        foreach (Option option in (Option[])[Broker, user, passwordFile, authority])
        {
            command.Options.Add(option);
        }
    }

    /// <summary>Publishes a request to each receiver, retained and acknowledged.</summary>
    /// <exception cref="ReleaseException">The broker cannot be reached or refuses; which rigs have it was printed.</exception>
    public int Publish(ParseResult arguments, Receivers receivers, byte[] message, CancellationToken cancellationToken) =>
        PublishAsync(arguments, receivers, message, cancellationToken).GetAwaiter().GetResult();

    private async Task<int> PublishAsync(ParseResult arguments, Receivers receivers, byte[] message, CancellationToken cancellationToken)
    {
        string broker = arguments.GetValue(Broker)!;
        using IMqttClient client = new MqttClientFactory().CreateMqttClient();
        try
        {
            using CancellationTokenSource deadline = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
            deadline.CancelAfter(Patience);
            MqttClientConnectResult connected = await client.ConnectAsync(Settings(arguments, broker), deadline.Token);
            if (connected.ResultCode != MqttClientConnectResultCode.Success)
            {
                throw ReleaseException.File($"--broker {broker}: refused ({connected.ResultCode}); see --user, --password-file and the broker's log.");
            }

            IReadOnlyList<Topics> rigs = receivers.StatusFilter is { } filter ? await FindAsync(client, filter, cancellationToken) : receivers.Known;
            if (rigs.Count == 0)
            {
                throw ReleaseException.File($"--broker {broker}: found no rig on {receivers.StatusFilter}; expected some that have been there: name one with --rig, or see whether this user may read that topic.");
            }

            foreach (Topics rig in rigs)
            {
                await RequestAsync(client, rig, message, cancellationToken);
            }

            await client.DisconnectAsync(new MqttClientDisconnectOptionsBuilder().Build(), cancellationToken);
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"Requested of {rigs.Count} rigs."));
            return ExitCode.Done;
        }
        catch (Exception e) when (e is MqttCommunicationException or System.Net.Sockets.SocketException || (e is OperationCanceledException && !cancellationToken.IsCancellationRequested))
        {
            throw ReleaseException.File($"--broker {broker}: {(e is OperationCanceledException ? "no answer" : e.GetBaseException().Message)}; expected a broker of MQTT there.", e);
        }
    }

    private static async Task RequestAsync(IMqttClient client, Topics rig, byte[] message, CancellationToken cancellationToken)
    {
        MqttClientPublishResult result = await client.PublishAsync(
            new MqttApplicationMessageBuilder()
                .WithTopic(rig.ModelDesired)
                .WithPayload(message)
                .WithContentType("application/json")
                .WithRetainFlag()
                .WithQualityOfServiceLevel(MqttQualityOfServiceLevel.AtLeastOnce)
                .Build(),
            cancellationToken);
        if (!result.IsSuccess)
        {
            throw ReleaseException.File($"{rig.ModelDesired}: the broker refuses it ({result.ReasonCode}); its access list must let this user write there (deploy/mosquitto/leafseg.acl).");
        }

        Console.WriteLine(rig.ModelDesired);
    }

    /// <summary>Every rig that has ever said how it is: its status is retained.</summary>
    private static async Task<IReadOnlyList<Topics>> FindAsync(IMqttClient client, string filter, CancellationToken cancellationToken)
    {
        SortedDictionary<string, Topics> found = new(StringComparer.Ordinal);
        using SemaphoreSlim received = new(0);
        client.ApplicationMessageReceivedAsync += e =>
        {
            if (e.ApplicationMessage.Topic[Topics.Root.Length..].Split('/') is [{ } site, { } rig, _] && Topics.IsName(site) && Topics.IsName(rig))
            {
                lock (found)
                {
                    found.TryAdd($"{site}/{rig}", new Topics(site, rig));
                }
            }

            received.Release();
            return Task.CompletedTask;
        };
        await client.SubscribeAsync(new MqttClientSubscribeOptionsBuilder().WithTopicFilter(filter).Build(), cancellationToken);
        while (await received.WaitAsync(Silence, cancellationToken))
        {
        }

        lock (found)
        {
            return [.. found.Values];
        }
    }

    private MqttClientOptions Settings(ParseResult arguments, string broker)
    {
        int colon = broker.LastIndexOf(':');
        if (colon <= 0 || !int.TryParse(broker.AsSpan(colon + 1), NumberStyles.None, CultureInfo.InvariantCulture, out int port) || port is < 1 or > 65535)
        {
            throw ReleaseException.Argument("--broker: expected HOST:PORT, like 192.168.1.5:1883.");
        }

        string host = broker[..colon].Trim('[', ']');
        MqttClientOptionsBuilder builder = new MqttClientOptionsBuilder()
            .WithTcpServer(host, port)
            .WithProtocolVersion(MqttProtocolVersion.V500)
            .WithClientId($"leafseg-train-{Guid.NewGuid():N}");
        if (arguments.GetValue(user) is { } name)
        {
            string password = arguments.GetValue(passwordFile) is { } file ? RequiredFile.Text(file, "a file with the password in its first line").Split('\n')[0].TrimEnd('\r') : "";
            builder.WithCredentials(name, Encoding.UTF8.GetBytes(password));
        }

        if (arguments.GetValue(authority) is { } pem)
        {
            X509Certificate2Collection authorities = [];
            authorities.ImportFromPem(RequiredFile.Text(pem, "a PEM file with certificates"));
            if (authorities.Count == 0)
            {
                throw ReleaseException.File($"{pem}: found no certificate in it; expected a PEM file with one or more.");
            }

            builder.WithTlsOptions(tls => tls.UseTls().WithTargetHost(host).WithTrustChain(authorities).WithRevocationMode(X509RevocationMode.NoCheck));
        }

        return builder.Build();
    }
}
