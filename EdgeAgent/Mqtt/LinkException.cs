using System.Diagnostics.CodeAnalysis;

namespace LeafSeg.EdgeAgent.Mqtt;

/// <summary>A message that the broker has not acknowledged.</summary>
/// <param name="message">What happened.</param>
/// <param name="failure">What decides how to continue.</param>
/// <param name="inner">The cause.</param>
[SuppressMessage("Design", "CA1032", Justification = "The kind of failure is what decides how to go on.")]
internal sealed class LinkException(string message, LinkFailure failure, Exception? inner = null) : Exception(message, inner)
{
    public LinkFailure Failure { get; } = failure;

    /// <summary>The broker is there and has said no.</summary>
    public bool Refused => Failure is LinkFailure.Refused or LinkFailure.TooLarge;
}
