namespace LeafSeg.EdgeAgent.Updates.Store;

/// <summary>A model that was refused or rolled back: it is not tried again unless that is requested.</summary>
/// <param name="Digest">"sha256:" and 64 hexadecimal digits.</param>
/// <param name="Reason">For a person.</param>
/// <param name="Time">When it failed.</param>
internal sealed record FailedModel(string Digest, string Reason, DateTimeOffset Time);
