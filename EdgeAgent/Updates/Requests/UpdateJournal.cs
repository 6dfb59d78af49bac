using System.Text.Json;
using System.Text.Json.Serialization;
using LeafSeg.Common.Storage;

namespace LeafSeg.EdgeAgent.Updates.Requests;

/// <summary>Keeps the <see cref="UpdateState"/> in one file, which is changed whole or not at all.</summary>
internal sealed partial class UpdateJournal
{
    private readonly string file;
    private readonly Lock gate = new();

    public UpdateJournal(string file)
    {
        this.file = file;
        State = Read(file);
    }

    /// <summary>Something changed; raised on the thread that changed it, in order.</summary>
    public event Action<UpdateState>? Changed;

    public UpdateState State { get; private set; }

    /// <exception cref="IOException">The disk refuses; nothing has changed.</exception>
    public UpdateState Change(Func<UpdateState, UpdateState> change)
    {
        lock (gate)
        {
            UpdateState next = change(State);
            if (next == State)
            {
                return State;
            }

            DurableFile.Write(file, JsonSerializer.SerializeToUtf8Bytes(next, JournalJson.Default.UpdateState));
            State = next;
            Changed?.Invoke(next);
            return next;
        }
    }

    /// <summary>For an answer that is no state of a request: to a message that cannot be read.</summary>
    public void Answer(UpdateState answer)
    {
        lock (gate)
        {
            Changed?.Invoke(answer);
        }
    }

    /// <summary>For what is not worth a write to the disk: the progress of a download or trial.</summary>
    public void Show(Func<UpdateState, UpdateState> change)
    {
        lock (gate)
        {
            State = change(State);
            Changed?.Invoke(State);
        }
    }

    private static UpdateState Read(string file)
    {
        try
        {
            return File.Exists(file) ? JsonSerializer.Deserialize(File.ReadAllBytes(file), JournalJson.Default.UpdateState) ?? new() : new();
        }
        catch (JsonException)
        {
            // The store says which model to measure with; a request is sent again by the broker, which retains it.
            return new UpdateState();
        }
    }

    [JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, UseStringEnumConverter = true, RespectNullableAnnotations = true, WriteIndented = true)]
    [JsonSerializable(typeof(UpdateState))]
    private sealed partial class JournalJson : JsonSerializerContext;
}
