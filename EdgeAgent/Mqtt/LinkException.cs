using System.Diagnostics.CodeAnalysis;

namespace LeafSeg.EdgeAgent.Mqtt;

/// <summary>A message that the broker has not acknowledged.</summary>
/// <param name="message">What happened.</param>
/// <param name="refused">The broker is there and has said no.</param>
/// <param name="inner">The cause.</param>
[SuppressMessage("Design", "CA1032", Justification = "Whether it was refused is what decides how to go on.")]
internal sealed class LinkException(string message, bool refused, Exception? inner = null) : Exception(message, inner)
{
    public bool Refused { get; } = refused;
}
