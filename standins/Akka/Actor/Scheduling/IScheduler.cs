namespace Akka.Actor;

/// <summary>Tells messages later. Never early; a delay below zero or an interval of zero or less throws ArgumentOutOfRangeException.</summary>
public interface ITellScheduler
{
    void ScheduleTellOnce(TimeSpan delay, ICanTell receiver, object message, IActorRef sender);

    void ScheduleTellRepeatedly(TimeSpan initialDelay, TimeSpan interval, ICanTell receiver, object message, IActorRef sender);
}

/// <summary>The system's scheduler.</summary>
public interface IScheduler : ITellScheduler;
