using LeafSeg.Common.Models;
using LeafSeg.Common.Segmentation;
using LeafSeg.EdgeAgent.Configuration;
using LeafSeg.EdgeAgent.Faults;
using LeafSeg.EdgeAgent.Hosting;
using LeafSeg.EdgeAgent.Mqtt;
using LeafSeg.EdgeAgent.Processing;
using LeafSeg.EdgeAgent.Updates.Trial;

namespace LeafSeg.EdgeAgent.Simulation;

/// <summary>One run of a simulated fleet, from the model to the last farewell.</summary>
internal static class FleetRun
{
    /// <param name="options">Broker, model and state folder count.</param>
    /// <param name="fleet">The rigs.</param>
    /// <param name="pictures">Pictures of a plant's life.</param>
    /// <param name="size">Of a picture, pixels.</param>
    /// <param name="captures">End after so many acknowledged results; null: go on.</param>
    /// <param name="cancellationToken">Stops all rigs.</param>
    /// <exception cref="AgentException">The model, the broker's settings or the folder cannot be used.</exception>
    public static async Task RunAsync(AgentOptions options, SimulatedFleetOptions fleet, int pictures, int size, long? captures, CancellationToken cancellationToken)
    {
        // A wrong file of an account ends the program here, before anything takes time.
        BrokerAddress address = BrokerAddress.Parse(options.Broker.Address);
        using ILoggerFactory logs = LoggerFactory.Create(logging =>
        {
            ConsoleLog.Configure(logging);

            // Of five hundred rigs, nobody wants to read when each of them reconnects.
            logging.AddFilter("LeafSeg", LogLevel.Error);
        });
        SimulatedSite Site(ModelInUse model, BrokerAddress at) =>
            new(options.Broker, at, model, new HashSet<string> { SeasonRecording.Plant }, options.StateFolder, TimeProvider.System, logs);
        using ModelInUse model = new(Open(options));
        foreach (int rig in Enumerable.Range(1, fleet.Rigs))
        {
            BrokerAccess.Load(Site(model, address).BrokerOf(new(fleet.Site, SimulatedFleetOptions.NameOf(rig))));
        }

        SimulatedSeason season = SeasonRecording.Record(model.Current, pictures, size, (ulong)fleet.Seed, Path.Combine(options.StateFolder, "season"), done =>
        {
            if (!Console.IsErrorRedirected)
            {
                Console.Error.Write($"\rrendering and measuring a growing plant: {done}/{pictures}{(done == pictures ? "\n" : "")}");
            }
        }, cancellationToken);
        using EmbeddedBroker? embedded = address.IsEmbedded ? new EmbeddedBroker(address = EmbeddedBroker.Place(address), logs.CreateLogger<EmbeddedBroker>()) : null;
        if (embedded is not null)
        {
            await embedded.StartAsync(cancellationToken);
        }

        if (!await SimulatedFleet.RunAsync(fleet, Site(model, address), season, captures, cancellationToken))
        {
            cancellationToken.ThrowIfCancellationRequested();
            throw new AgentException(ExitCode.Unacknowledged, $"stopped before {captures} results were acknowledged");
        }
    }

    private static LeafModel Open(AgentOptions options)
    {
        try
        {
            return ProvenModel.Open(StartingModel.FileOf(options.Model), options.Model.ForSession(options.StateFolder), StartingModel.Proofs(options.StateFolder));
        }
        catch (ModelFileException e)
        {
            throw new AgentException(ExitCode.Model, $"model.file (--model): {e.Message}", e);
        }
    }
}
