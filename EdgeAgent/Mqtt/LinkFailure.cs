namespace LeafSeg.EdgeAgent.Mqtt;

/// <summary>Why a message is not acknowledged.</summary>
internal enum LinkFailure
{
    /// <summary>There is no connection.</summary>
    NotConnected,

    /// <summary>The broker has said nothing for too long.</summary>
    Silence,

    /// <summary>The connection was lost while the message was on its way.</summary>
    HungUp,

    /// <summary>The broker is there and has refused it.</summary>
    Refused,

    /// <summary>The broker takes no message of this size.</summary>
    TooLarge,
}
