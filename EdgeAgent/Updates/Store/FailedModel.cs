namespace LeafSeg.EdgeAgent.Updates.Store;

/// <summary>A model that was refused or gone back from: it is not tried again unless somebody asks for that.</summary>
/// <param name="Digest">"sha256:" and 64 hexadecimal digits.</param>
/// <param name="Reason">For a person.</param>
/// <param name="Time">When it failed.</param>
internal sealed record FailedModel(string Digest, string Reason, DateTimeOffset Time);
